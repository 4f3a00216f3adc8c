/**
 * Reads HTTP/1.1 messages off a connection, however their bytes are cut up (RFC 9112). Pure: no socket. `node:http`
 * reads them too, at the cost of a megabyte of private memory and 5 ms of every start.
 */

export interface Message {
  /** `POST / HTTP/1.1`, or `HTTP/1.1 200 OK`. */
  readonly startLine: string;
  /** By lower-case name; of one that is sent twice, the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty if it is larger than it may be. */
  readonly body: string;
  readonly isOversized: boolean;
  /** Whether another message may follow on the same connection. */
  readonly keepsAlive: boolean;
}

/** Node's own limit. */
const MAX_HEAD_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

type Part = "start line" | "header" | "body" | "chunk size" | "chunk end" | "trailer";

export class HttpReader {
  private unread: Buffer = NOTHING;
  private expects: Part = "start line";
  private startLine = "";
  private headers = new Map<string, string>();
  private headBytes = 0;
  private body: Buffer[] = [];
  private bodyBytes = 0;
  /** Of the body, or of its chunk, how many bytes are still to come. */
  private remaining = 0;

  /**
   * @param maxBodyBytes the rest of a larger body is read past and forgotten.
   * @param onMessage gets each message; interim ones (1xx) are passed over.
   * @param onHead is told of each message whose body begins.
   */
  constructor(
    private readonly maxBodyBytes: number,
    private readonly onMessage: (message: Message) => void,
    private readonly onHead: (headers: ReadonlyMap<string, string>) => void = () => undefined,
  ) {}

  /** Reads on; returns whether it still is HTTP. */
  push(bytes: Buffer): boolean {
    this.unread = this.unread.length === 0 ? bytes : Buffer.concat([this.unread, bytes]);
    for (;;) {
      if (this.remaining > 0) {
        if (this.unread.length === 0) return true;
        this.takeBody();
        continue;
      }
      const end = this.unread.indexOf("\n");
      this.headBytes += end < 0 ? 0 : end;
      if (this.headBytes + (end < 0 ? this.unread.length : 0) > MAX_HEAD_BYTES) return false;
      if (end < 0) return true;
      const line = this.unread.toString("latin1", 0, end).replace(/\r$/, "");
      this.unread = this.unread.subarray(end + 1);
      if (!this.takeLine(line)) return false;
    }
  }

  /** The connection has ended, which is what ends an answer of unknown length. */
  end(): void {
    if (this.remaining === Infinity) this.emit();
  }

  private takeLine(line: string): boolean {
    switch (this.expects) {
      case "start line":
        if (line === "") return true;
        this.startLine = line;
        this.expects = "header";
        return /HTTP\/1\.[01]/.test(line);
      case "header":
        return line === "" ? this.beginBody() : this.takeHeader(line);
      case "chunk size": {
        const size = /^[0-9a-f]{1,8}(?=$|[ \t;])/i.exec(line);
        if (!size) return false;
        this.remaining = parseInt(size[0], 16);
        this.expects = this.remaining === 0 ? "trailer" : "chunk end";
        return true;
      }
      case "chunk end":
        this.expects = "chunk size";
        this.headBytes = 0;
        return line === "";
      case "trailer":
        if (line === "") this.emit();
        return true;
      case "body":
        return false;
    }
  }

  private takeHeader(line: string): boolean {
    const colon = line.indexOf(":");
    if (colon <= 0) return false;
    this.headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    return true;
  }

  private beginBody(): boolean {
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(this.startLine)?.[1];
    if (status?.startsWith("1")) {
      this.reset();
      return true;
    }
    this.onHead(this.headers);
    const length = this.headers.get("content-length");
    if (status === "204" || status === "304") this.emit();
    else if (this.headers.get("transfer-encoding")?.toLowerCase().endsWith("chunked")) {
      this.expects = "chunk size";
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) return false;
      this.expects = "body";
      this.remaining = Number(length);
      if (this.remaining === 0) this.emit();
    } else if (status !== undefined) {
      this.expects = "body";
      this.remaining = Infinity;
    } else this.emit();
    return true;
  }

  private takeBody(): void {
    const taken = this.unread.subarray(0, this.remaining);
    this.unread = this.unread.subarray(taken.length);
    this.remaining -= taken.length;
    this.bodyBytes += taken.length;
    if (this.bodyBytes <= this.maxBodyBytes) this.body.push(taken);
    else this.body = [];
    if (this.remaining === 0 && this.expects === "body") this.emit();
  }

  private emit(): void {
    const { startLine, headers, bodyBytes } = this;
    const body = Buffer.concat(this.body).toString();
    const keepsAlive =
      this.remaining === 0 &&
      startLine.includes("HTTP/1.1") &&
      !/\bclose\b/i.test(headers.get("connection") ?? "");
    this.reset();
    this.onMessage({ startLine, headers, body, isOversized: bodyBytes > this.maxBodyBytes, keepsAlive });
  }

  private reset(): void {
    this.expects = "start line";
    this.headers = new Map();
    this.body = [];
    this.headBytes = this.bodyBytes = this.remaining = 0;
  }
}
