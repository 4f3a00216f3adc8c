/** One HTTP exchange, over TLS or not, bounded in time and in what it reads. */
import * as http from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

export interface Request {
  readonly url: URL;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** `false`: a connection of its own, closed after the answer. */
  readonly agent?: http.Agent | false;
  /** How long a connection may take to be there, TLS included; unlimited by default. */
  readonly connectTimeoutMs?: number;
  /** How long the whole exchange may take; unlimited by default. */
  readonly totalTimeoutMs?: number;
  readonly cancel?: Cancel;
  /** Whom to believe over TLS, in PEM; see trust.ts. */
  readonly ca?: string[];
}

/** An AbortController in a line: the web's own loads a tenth of a megabyte of event machinery. */
export class Cancel {
  /** Set by the exchange that can be cancelled. */
  now: () => void = () => undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A time-out's error: `connect` before the connection was there, `total` after; `thawed` when it rang far too late. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
  constructor(
    readonly phase: "connect" | "total",
    afterMs: number,
    /** The timer was late: the sandbox was frozen meanwhile, so the time-out says nothing about the other end. */
    readonly thawed: boolean,
  ) {
    super(`no ${phase === "connect" ? "connection" : "answer"} within ${afterMs} ms`);
  }
}

const MAX_ANSWER_BYTES = 1024 * 1024;
/** A timer that rings this late was not waiting for the processor: the sandbox was frozen. */
const THAWED_AFTER_MS = 500;

/** Resolves with the answer, whatever its status; rejects with the socket's error or a `TimeoutError`. */
export function exchange(request: Request): Promise<Answer> {
  const { url, method, headers, body, agent, cancel } = request;
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const settle = (settled: () => void) => {
      timers.forEach(clearTimeout);
      settled();
    };
    const outgoing = clientOf(url).request(
      url,
      {
        method,
        headers: { ...headers, ...(body !== undefined && { "Content-Length": Buffer.byteLength(body) }) },
        ...(agent !== undefined && { agent }),
        ...(request.ca && { ca: request.ca }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error("the answer is too large"));
          else chunks.push(chunk);
        });
        incoming.on("error", (error) => {
          settle(() => {
            reject(error);
          });
        });
        incoming.on("end", () => {
          const answer = {
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          };
          settle(() => {
            resolve(answer);
          });
        });
      },
    );
    if (cancel) cancel.now = () => outgoing.destroy(new Error("cancelled"));
    outgoing.on("error", (error) => {
      settle(() => {
        reject(error);
      });
    });

    const limit = (phase: "connect" | "total", afterMs: number | undefined) => {
      if (afterMs === undefined) return undefined;
      const startedAt = Date.now();
      const timer = setTimeout(() => {
        const thawed = Date.now() - startedAt > afterMs + THAWED_AFTER_MS;
        outgoing.destroy(new TimeoutError(phase, afterMs, thawed));
      }, afterMs);
      timers.push(timer);
      return timer;
    };
    limit("total", request.totalTimeoutMs);
    const connecting = limit("connect", request.connectTimeoutMs);
    if (connecting) {
      outgoing.on("socket", (socket) => {
        socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
          clearTimeout(connecting);
        });
      });
    }
    outgoing.end(body);
  });
}

function clientOf({ protocol }: URL): Pick<typeof http, "request"> {
  if (protocol === "http:") return http;
  // Loaded late: TLS would weigh on every start, and on sandboxes that never send.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("node:https") as typeof import("node:https");
}

/** As in `node:timers/promises`, which would load more than it is worth. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
