/** HTTP/1.1 exchanges over one connection, with TLS or without, bounded in time and in what they read. */
import { connect, Socket } from "node:net";
import { HttpReader, type Message } from "./http-reader";
import { loadTls, type Trust } from "./trust";

/** The other end of a connection. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  /** Given for TLS. */
  readonly trust?: Pick<Trust, "secureContext" | "servername"> | undefined;
}

export interface Request {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** With `Host`; `Content-Length` is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long a new connection may take to open, TLS included; unlimited by default. */
  readonly connectTimeoutMs?: number;
  /** How long the whole exchange may take; unlimited by default. */
  readonly totalTimeoutMs?: number;
  readonly cancel?: Cancel;
}

/** A minimal AbortController. Node's own would load 0.1 MB of event code. */
export class Cancel {
  private cancelled = false;
  private stop: (() => void) | undefined;

  get isCancelled(): boolean {
    return this.cancelled;
  }

  now(): void {
    this.cancelled = true;
    this.stop?.();
  }

  /** Calls `stop` when it is cancelled, or at once if it already is. */
  onCancel(stop: () => void): void {
    this.stop = stop;
    if (this.cancelled) stop();
  }
}

export interface Answer {
  readonly status: number;
  /** The status line and the headers; see `headerOf`. */
  readonly head: string;
  readonly body: string;
}

/** A timeout, before (`connect`) or after (`total`) the connection was made. */
export class TimeoutError extends Error {
  constructor(
    readonly phase: "connect" | "total",
    afterMs: number,
    /** The timer fired far too late. The sandbox was frozen, so the timeout says nothing about the other end. */
    readonly thawed: boolean,
  ) {
    super(`no ${phase === "connect" ? "connection" : "answer"} within ${afterMs} ms`);
  }
}

export const MAX_ANSWER_BYTES = 1024 * 1024;
/** A timer that fires this late was delayed by a freeze, not by a busy processor. */
const THAWED_AFTER_MS = 500;

/** One exchange at a time. Connects when needed, and again when the other end has closed the connection. */
export class Connection {
  private socket: Socket | undefined;
  private settle: ((outcome: Message | Error) => void) | undefined;

  constructor(private readonly origin: Origin) {}

  /**
   * Resolves with the answer, whatever its status; rejects with the socket's error or a `TimeoutError`.
   *
   * @param sentOn file descriptor of a connection on which this request was already sent. `Connection` takes it over.
   */
  exchange(request: Request, sentOn?: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timers: NodeJS.Timeout[] = [];
      const limit = (phase: "connect" | "total", afterMs: number | undefined) => {
        if (afterMs === undefined) return undefined;
        const startedAt = Date.now();
        const timer = setTimeout(() => {
          const thawed = Date.now() - startedAt > afterMs + THAWED_AFTER_MS;
          this.settle?.(new TimeoutError(phase, afterMs, thawed));
        }, afterMs);
        timers.push(timer);
        return timer;
      };
      this.settle = (outcome) => {
        this.settle = undefined;
        timers.forEach(clearTimeout);
        if (outcome instanceof Error || !outcome.keepsAlive) this.close();
        if (outcome instanceof Error) reject(outcome);
        else if (outcome.isOversized) reject(new Error("the answer is too large"));
        else resolve(toAnswer(outcome));
      };
      request.cancel?.onCancel(() => this.settle?.(new Error("cancelled")));
      if (request.cancel?.isCancelled) return;

      limit("total", request.totalTimeoutMs);
      if (sentOn !== undefined) {
        this.socket = this.attend(new Socket({ fd: sentOn, readable: true, writable: true }));
        return;
      }
      if (!this.socket) {
        const connecting = limit("connect", request.connectTimeoutMs);
        this.socket = this.connect(() => {
          clearTimeout(connecting);
        });
      }
      this.socket.write(textOf(request));
    });
  }

  /** To be called between exchanges. */
  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private connect(onConnected: () => void): Socket {
    const { host, port, trust } = this.origin;
    return this.attend(
      trust
        ? loadTls().connect(
            {
              ...{ host, port },
              ...{ secureContext: trust.secureContext, servername: trust.servername },
              ALPNProtocols: ["http/1.1"],
            },
            onConnected,
          )
        : connect({ host, port }, onConnected),
    );
  }

  private attend(socket: Socket): Socket {
    const reader = new HttpReader(MAX_ANSWER_BYTES, (message) => {
      if (this.settle) this.settle(message);
      else socket.destroy();
    });
    const failed = (error: Error) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.settle?.(error);
    };
    socket.on("data", (bytes: Buffer) => {
      if (!reader.push(bytes)) socket.destroy(new Error("the answer is not HTTP"));
    });
    socket.on("end", () => {
      reader.end();
    });
    socket.on("error", failed);
    socket.on("close", () => {
      failed(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    });
    return socket;
  }
}

/** An exchange on a connection of its own, closed after the answer. */
export async function exchangeOnce(origin: Origin, request: Request): Promise<Answer> {
  const connection = new Connection(origin);
  try {
    return await connection.exchange({ ...request, headers: { ...request.headers, connection: "close" } });
  } finally {
    connection.close();
  }
}

export function toAnswer({ head, body }: Message): Answer {
  return { status: Number(head.slice(9, 12)), head, body };
}

/** A request as it goes over the wire. */
export function textOf({ method, path, headers, body }: Request): string {
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const name in headers) head += `${name}: ${headers[name] ?? ""}\r\n`;
  if (body !== undefined) head += `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${head}\r\n${body ?? ""}`;
}

/** Like `node:timers/promises`, which would load more code. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
