import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, Server, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Cancel, Connection, exchangeOnce, TimeoutError } from "../../layer/http";
import { listen } from "../../layer/listener";
import { Trust } from "../../layer/trust";

const GET = { method: "GET", path: "/", headers: { Host: "here" } } as const;
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("an HTTP exchange", () => {
  let server: Server;
  let port: number;
  let connections: number;
  /** What the server does with each piece that it reads. */
  let answer: (socket: Socket, request: string) => void;
  const opened = new Set<Socket>();

  beforeEach(async () => {
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      opened.add(socket);
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        answer(socket, bytes.toString());
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    for (const socket of opened) socket.destroy();
    opened.clear();
    server.close();
    await once(server, "close");
  });

  it("uses one connection for successive exchanges", async () => {
    answer = (socket) => socket.write(OK);
    const connection = new Connection({ host: "127.0.0.1", port });
    for (let index = 0; index < 3; index += 1) {
      assert.equal((await connection.exchange(GET)).body, "ok");
    }
    connection.close();
    assert.equal(connections, 1);
  });

  it("connects again after the other end has closed", async () => {
    answer = (socket) => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    const connection = new Connection({ host: "127.0.0.1", port });
    for (let index = 0; index < 3; index += 1) assert.equal((await connection.exchange(GET)).status, 200);
    assert.equal(connections, 3);
  });

  it("asks the server to close a connection for one exchange, and closes it", async () => {
    const requests: string[] = [];
    answer = (socket, request) => {
      requests.push(request);
      socket.write(OK);
    };
    const request = { ...GET, method: "POST", headers: { Host: "here", A: "b" }, body: "grüezi" } as const;
    assert.equal((await exchangeOnce({ host: "127.0.0.1", port }, request)).body, "ok");
    assert.deepEqual(requests, [
      "POST / HTTP/1.1\r\nHost: here\r\nA: b\r\nconnection: close\r\nContent-Length: 7\r\n\r\ngrüezi",
    ]);
    const [socket] = opened;
    if (!socket!.closed) await once(socket!, "close");
  });

  const bad: Record<string, { sent: string; error: object }> = {
    "is cut short": {
      sent: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
      error: { code: "ECONNRESET", message: "the connection was closed" },
    },
    "isn't HTTP": { sent: "hello\r\n\r\n", error: { message: "the answer is not HTTP" } },
    "is too large": {
      sent: `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(2 * 1024 * 1024)}`,
      error: { message: "the answer is too large" },
    },
  };
  for (const [what, { sent, error }] of Object.entries(bad)) {
    it(`rejects an answer that ${what}`, async () => {
      answer = (socket) => socket.end(sent);
      await assert.rejects(new Connection({ host: "127.0.0.1", port }).exchange(GET), error);
    });
  }

  it("rejects with the error's code when nothing listens", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, "close");
    await assert.rejects(exchangeOnce({ host: "127.0.0.1", port }, GET), { code: "ECONNREFUSED" });
  });

  it("waits for an answer no longer than the timeout", async () => {
    answer = () => undefined;
    await assert.rejects(
      new Connection({ host: "127.0.0.1", port }).exchange({ ...GET, totalTimeoutMs: 50 }),
      new TimeoutError("total", 50, false),
    );
  });

  it("waits for a connection, TLS included, no longer than the timeout", async () => {
    answer = () => undefined; // A server that never shakes hands.
    await assert.rejects(
      new Connection({ host: "127.0.0.1", port, trust: new Trust("127.0.0.1", undefined) }).exchange({
        ...GET,
        connectTimeoutMs: 50,
      }),
      new TimeoutError("connect", 50, false),
    );
  });

  it("doesn't begin when it has been cancelled", async () => {
    const cancel = new Cancel();
    cancel.now();
    await assert.rejects(exchangeOnce({ host: "127.0.0.1", port }, { ...GET, cancel }), {
      message: "cancelled",
    });
    assert.equal(connections, 0);
  });

  it("can be cancelled and started again", async () => {
    const cancel = new Cancel();
    const connection = new Connection({ host: "127.0.0.1", port });
    answer = () => {
      cancel.now();
    };
    await assert.rejects(connection.exchange({ ...GET, cancel }), { message: "cancelled" });
    answer = (socket) => socket.write(OK);
    assert.equal((await connection.exchange(GET)).body, "ok");
    connection.close();
  });
});

describe("the listener", () => {
  async function deliver(sent: string): Promise<{ answers: string; bodies: string[] }> {
    const bodies: string[] = [];
    const listener = await listen("127.0.0.1");
    listener.deliverTo(
      (body) => bodies.push(body),
      () => undefined,
    );
    const socket = connect({ host: "127.0.0.1", port: listener.port, allowHalfOpen: true });
    socket.write(sent);
    const answers = await text(socket);
    socket.end();
    listener.close();
    return { answers, bodies };
  }
  const LAST = "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlast";
  const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";

  it("answers each of several requests on one connection, and closes it when asked to", async () => {
    const chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n";
    const { answers, bodies } = await deliver(chunked + LAST);
    assert.equal(answers, `${ANSWER}\r\n${ANSWER}Connection: close\r\n\r\n`);
    assert.deepEqual(bodies, ["one", "last"]);
  });

  it("tells a sender that expects 100-continue to go on", async () => {
    const { answers, bodies } = await deliver(LAST.replace("Content", "Expect: 100-continue\r\nContent"));
    assert.ok(answers.startsWith(`HTTP/1.1 100 Continue\r\n\r\n${ANSWER}`));
    assert.deepEqual(bodies, ["last"]);
  });

  const changed: Record<string, ((this: Server) => void) | undefined> = {
    "is missing": undefined,
    "does nothing": () => undefined,
    throws: () => {
      throw new TypeError("not with these arguments");
    },
    "emits an error": function () {
      process.nextTick(() => this.emit("error", new Error("not with these arguments")));
    },
  };
  for (const [what, method] of Object.entries(changed)) {
    it(`listens through the public method on a Node whose private one ${what}`, async () => {
      const prototype = Server.prototype as { _listen2?: unknown; listen: (...args: unknown[]) => Server };
      const { _listen2: listenOn, listen: listenLong } = prototype;
      assert.equal(typeof listenOn, "function", "this Node has the private method");
      prototype._listen2 = method;
      prototype.listen = function (...args) {
        // Node's public method still ends in the private one, by its name.
        prototype._listen2 = listenOn;
        return listenLong.apply(this, args);
      };
      try {
        assert.deepEqual((await deliver(LAST)).bodies, ["last"]);
      } finally {
        Object.assign(prototype, { _listen2: listenOn, listen: listenLong });
      }
    });
  }

  it("closes the connection that it heard from longest ago when there are more than eight", async () => {
    const listener = await listen("127.0.0.1");
    const bodies: string[] = [];
    listener.deliverTo(
      (body) => bodies.push(body),
      () => undefined,
    );
    const sockets: Socket[] = [];
    for (let index = 0; index < 9; index += 1) {
      const socket = connect({ host: "127.0.0.1", port: listener.port });
      sockets.push(socket);
      socket.write(LAST.replace("Connection: close\r\n", ""));
      await once(socket, "data");
    }
    if (!sockets[0]!.closed) await once(sockets[0]!, "close");
    assert.equal(bodies.length, 9);
    assert.deepEqual(
      sockets.slice(1).map(({ closed }) => closed),
      Array(8).fill(false),
    );
    listener.close();
  });

  it("holds 2 MB of unfinished bodies, however small the pieces, and reports those that it drops", async () => {
    const listener = await listen("127.0.0.1");
    let forgotten = 0;
    listener.deliverTo(
      () => undefined,
      () => (forgotten += 1),
    );
    const socket = connect({ host: "127.0.0.1", port: listener.port });
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    socket.write("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write("1\r\nx\r\n".repeat(10_000));
    await closed;
    assert.equal(forgotten, 1);
    listener.close();
  });

  it("rejects when it can't listen", async () => {
    await assert.rejects(listen("192.0.2.1"), { code: "EADDRNOTAVAIL" });
  });

  it("hangs up on bytes that aren't HTTP", async () => {
    assert.deepEqual(await deliver("hello\r\n\r\n"), { answers: "", bodies: [] });
  });
});
