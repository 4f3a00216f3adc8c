/**
 * Reads HTTP/1.1 messages from a connection, however their bytes are split (RFC 9112). Pure: no socket. Loading
 * `node:http` would add 5 ms to every start. It creates few objects, because garbage adds to the layer's memory.
 */

export interface Message {
  /** The first line and the headers, as received; see `headerOf`. */
  readonly head: string;
  /** Empty if it was larger than allowed. */
  readonly body: string;
  readonly isOversized: boolean;
  /** Whether another message may follow on the same connection. */
  readonly keepsAlive: boolean;
}

/** Node's own limit. */
const MAX_HEAD_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);
/** About what a Buffer takes besides its bytes. */
const PIECE_BYTES = 256;

const START = /^(?:[A-Z]+ \S+ HTTP\/1\.[01]|HTTP\/1\.[01] (\d{3})[^\r\n]*)\r\n/;

/** A header's value, or undefined if it is absent; `name` is in lower case. */
export function headerOf(head: string, name: string): string | undefined {
  // No regular expression, because compiling one per name would slow the start.
  const at = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (at < 0) return undefined;
  const start = at + name.length + 3;
  return head.slice(start, head.indexOf("\r\n", start)).trim();
}

export class HttpReader {
  private unread: Buffer = NOTHING;
  /** How much of `unread` has been read. */
  private position = 0;
  private expects: "head" | "body" | "chunk size" | "chunk" | "chunk end" | "trailer" = "head";
  private head = "";
  private body: Buffer[] = [];
  private bodyBytes = 0;
  /** Bytes still to come of the body or of its chunk. */
  private remaining = 0;

  /**
   * @param maxBodyBytes a larger body is read and dropped.
   * @param onMessage gets each message; interim ones (1xx) are skipped.
   * @param onHead gets the head of each message whose body begins.
   */
  constructor(
    private readonly maxBodyBytes: number,
    private readonly onMessage: (message: Message) => void,
    private readonly onHead: (head: string) => void = () => undefined,
  ) {}

  /** Memory that the unfinished message takes, in bytes, including the overhead of each piece of its body. */
  get heldBytes(): number {
    return this.unread.length + (this.body.length && this.bodyBytes + this.body.length * PIECE_BYTES);
  }

  /** Reads more bytes. Returns whether they are still HTTP. */
  push(bytes: Buffer): boolean {
    const rest = this.unread.subarray(this.position);
    this.unread = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    this.position = 0;
    let outcome: "more" | "wait" | "bad";
    do outcome = this.step();
    while (outcome === "more");
    if (this.position === this.unread.length) {
      this.unread = NOTHING;
      this.position = 0;
    }
    return outcome === "wait";
  }

  /** Call it when the connection has ended: that also ends an answer of unknown length. */
  end(): void {
    if (this.remaining === Infinity) this.emit();
  }

  private step(): "more" | "wait" | "bad" {
    if (this.expects === "body" || this.expects === "chunk") {
      if (this.position === this.unread.length) return "wait";
      this.takeBody();
      return "more";
    }
    const end = this.unread.indexOf(this.expects === "head" ? "\r\n\r\n" : "\r\n", this.position);
    if ((end < 0 ? this.unread.length : end) - this.position > MAX_HEAD_BYTES) return "bad";
    if (end < 0) return "wait";
    const text = this.unread.toString("latin1", this.position, end + 2);
    this.position = end + (this.expects === "head" ? 4 : 2);
    switch (this.expects) {
      case "head":
        return this.takeHead(text) ? "more" : "bad";
      case "chunk size": {
        const size = /^[0-9a-f]{1,8}(?=[ \t;\r])/i.exec(text);
        if (!size) return "bad";
        this.remaining = parseInt(size[0], 16);
        this.expects = this.remaining === 0 ? "trailer" : "chunk";
        return "more";
      }
      case "chunk end":
        this.expects = "chunk size";
        return text === "\r\n" ? "more" : "bad";
      case "trailer":
        if (text === "\r\n") this.emit();
        return "more";
    }
  }

  private takeHead(head: string): boolean {
    const start = START.exec(head);
    if (!start) return false;
    const status = start[1];
    if (status?.startsWith("1")) return true;
    this.head = head;
    this.onHead(head);
    const length = headerOf(head, "content-length");
    if (status === "204" || status === "304") this.emit();
    else if (headerOf(head, "transfer-encoding")?.toLowerCase().endsWith("chunked"))
      this.expects = "chunk size";
    else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) return false;
      this.expectBody(Number(length));
    } else this.expectBody(status === undefined ? 0 : Infinity);
    return true;
  }

  private expectBody(bytes: number): void {
    this.remaining = bytes;
    this.expects = "body";
    if (bytes === 0) this.emit();
  }

  private takeBody(): void {
    const end = Math.min(this.unread.length, this.position + this.remaining);
    const bytes = end - this.position;
    this.remaining -= bytes;
    this.bodyBytes += bytes;
    if (this.bodyBytes <= this.maxBodyBytes) this.body.push(this.unread.subarray(this.position, end));
    else this.body = [];
    this.position = end;
    if (this.remaining > 0) return;
    if (this.expects === "body") this.emit();
    else this.expects = "chunk end";
  }

  private emit(): void {
    const { head, body, bodyBytes } = this;
    const message = {
      head,
      body: (body.length === 1 ? body[0] : Buffer.concat(body))?.toString() ?? "",
      isOversized: bodyBytes > this.maxBodyBytes,
      keepsAlive:
        this.remaining === 0 &&
        !head.includes("HTTP/1.0") &&
        headerOf(head, "connection")?.toLowerCase() !== "close",
    };
    this.expects = "head";
    this.head = "";
    this.body = [];
    this.bodyBytes = this.remaining = 0;
    this.onMessage(message);
  }
}
