import fc from "fast-check";
import assert from "node:assert/strict";
import { HttpReader, type Message } from "../../layer/http-reader";

const MAX_BODY_BYTES = 100;

/** Pushes the pieces one by one. `isHttp` is false once a piece is refused. */
function read(pieces: readonly Buffer[]): { messages: Message[]; isHttp: boolean } {
  const messages: Message[] = [];
  const reader = new HttpReader(MAX_BODY_BYTES, (message) => messages.push(message));
  const isHttp = pieces.every((piece) => reader.push(piece));
  if (isHttp) reader.end();
  return { messages, isHttp };
}

function bodiesOf(text: string): string[] {
  const { messages, isHttp } = read([Buffer.from(text)]);
  assert.ok(isHttp);
  return messages.map(({ body }) => body);
}

const framed = fc
  .record({
    body: fc.string({ unit: "grapheme", maxLength: 20 }),
    isChunked: fc.boolean(),
    chunkBytes: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ body, isChunked, chunkBytes }) => {
    const bytes = Buffer.from(body);
    const head = `POST / HTTP/1.1\r\nHost: sandbox\r\nX-Empty:\r\n`;
    if (!isChunked) return { body, text: `${head}Content-Length: ${bytes.length}\r\n\r\n${body}` };
    const parts = [Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`)];
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const chunk = bytes.subarray(from, from + chunkBytes);
      parts.push(Buffer.from(`${chunk.length.toString(16)};why=not\r\n`), chunk, Buffer.from("\r\n"));
    }
    parts.push(Buffer.from(`0\r\nTrailer: no one minds\r\n\r\n`));
    return { body, text: Buffer.concat(parts).toString("latin1"), isLatin1: true };
  })
  .map(({ body, text, ...rest }) => ({
    body,
    bytes: Buffer.from(text, "isLatin1" in rest ? "latin1" : "utf8"),
  }));

describe("the HTTP reader", () => {
  it("reads the same messages however their bytes are split", () => {
    fc.assert(
      fc.property(
        fc.array(framed, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (sent, sizes) => {
          const all = Buffer.concat(sent.map(({ bytes }) => bytes));
          const pieces: Buffer[] = [];
          for (let from = 0, cut = 0; from < all.length; cut += 1) {
            const size = sizes[cut % sizes.length]!;
            pieces.push(all.subarray(from, from + size));
            from += size;
          }
          const { messages, isHttp } = read(pieces);
          assert.ok(isHttp);
          assert.deepEqual(
            messages.map(({ body, isOversized }) => (isOversized ? "too large" : body)),
            sent.map(({ body }) => (Buffer.byteLength(body) > MAX_BODY_BYTES ? "too large" : body)),
          );
        },
      ),
      { numRuns: 500, seed: 20260301 },
    );
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (pieces) => {
        read([Buffer.from("HTTP/1.1 200 OK\r\n"), ...pieces.map((piece) => Buffer.from(piece))]);
      }),
      { numRuns: 500, seed: 20260301 },
    );
  });

  it("skips a body that is too large, and reads on", () => {
    const { messages } = read([
      Buffer.from(`POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n${"x".repeat(1_000)}`),
      Buffer.from("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"),
    ]);
    assert.deepEqual(
      messages.map(({ body, isOversized }) => [body, isOversized]),
      [
        ["", true],
        ["ok", false],
      ],
    );
  });

  it("finds the end of a body without a length", () => {
    assert.deepEqual(bodiesOf("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"), ["", ""]);
    assert.deepEqual(bodiesOf("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"), ["", ""]);
    assert.deepEqual(bodiesOf("HTTP/1.1 200 OK\r\n\r\nuntil the end"), ["until the end"]);
  });

  it("skips interim answers", () => {
    assert.deepEqual(
      bodiesOf(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
          "HTTP/1.1 200 OK\r\n\r\nyes",
      ),
      ["yes"],
    );
  });

  it("holds back an answer that is cut short", () => {
    assert.deepEqual(bodiesOf("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"), []);
    assert.deepEqual(bodiesOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"), []);
  });

  it("knows whether another message may follow", () => {
    const keepsAlive = (text: string) => read([Buffer.from(text)]).messages[0]?.keepsAlive;
    assert.equal(keepsAlive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), true);
    assert.equal(keepsAlive("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n"), false);
    assert.equal(keepsAlive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"), false);
    assert.equal(keepsAlive("HTTP/1.1 200 OK\r\n\r\n"), false);
  });

  const refused: Record<string, string> = {
    "bytes that aren't HTTP": "SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\n",
    "a negative length": "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "a length that isn't a number": "POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n",
    "a chunk size that isn't a number": "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nsoon\r\n",
    "a chunk longer than its size": "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n",
    "an endless line": `POST / HTTP/1.1\r\nA: ${"x".repeat(20_000)}`,
    "endless headers": `POST / HTTP/1.1\r\n${"A: b\r\n".repeat(5_000)}`,
  };
  for (const [what, text] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(read([Buffer.from(text)]), { messages: [], isHttp: false });
    });
  }
});
