/** Where the Telemetry API delivers: an HTTP server on a free port that says 200 to everything, at once. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { headerOf, HttpReader } from "./http-reader";

/** Four times the largest batch that `subscribe` asks for. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface Listener {
  readonly port: number;
  /**
   * What comes before this is answered and forgotten.
   *
   * @param onBody gets each body after it was answered.
   * @param onOversized is told of each body that was read past and forgotten.
   */
  deliverTo(onBody: (body: string) => void, onOversized: () => void): void;
  close(): void;
}

/** Listens on a free port of `host`. */
export async function listen(host: string): Promise<Listener> {
  let onBody: (body: string) => void = () => undefined;
  let onOversized: () => void = () => undefined;
  const sockets = new Set<Socket>();
  // No time-out of ours may ring at thaw and cut off a delivery.
  const server = createServer((socket) => {
    sockets.add(socket);
    const reader = new HttpReader(
      MAX_BODY_BYTES,
      ({ body, isOversized, keepsAlive }) => {
        // Anything but 200 would have Lambda deliver it again.
        const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        if (keepsAlive) socket.write(`${answer}\r\n`);
        else socket.end(`${answer}Connection: close\r\n\r\n`);
        if (isOversized) onOversized();
        else onBody(body);
      },
      (head) => {
        if (headerOf(head, "expect")?.toLowerCase() === "100-continue")
          socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      },
    );
    socket.on("data", (bytes) => {
      if (!reader.push(bytes)) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await listening(server, host);
  return {
    port: (server.address() as AddressInfo).port,
    deliverTo: (...receivers) => {
      [onBody, onOversized] = receivers;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listening(server: Server, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.removeListener("error", reject);
      resolve();
    });
    bind(server, host);
    // The short way is done at once; its event comes a turn later.
    if (server.listening) resolve();
  });
}

/**
 * What `server.listen` itself ends in, by the name that Node has for it. On its way there `listen` loads
 * `node:dns`, `node:cluster` and `node:child_process`: a megabyte and 2 ms of every start, for nothing that is needed
 * here. A Node that has dropped the name is asked the long way.
 */
function bind(server: Server, host: string): void {
  const { _listen2: listenOn } = server as { _listen2?: unknown };
  if (typeof listenOn === "function") listenOn.call(server, host, 0, 4);
  else server.listen(0, host);
}
