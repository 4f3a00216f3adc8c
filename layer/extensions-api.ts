/** The Extensions and Telemetry APIs of the sandbox, and what to do while they don't answer. */
import { Connection, delay, type Answer, type Request } from "./http";
import { InheritedConnection } from "./inherited-connection";

/** The extension's own file name in `/opt/extensions`, which Lambda knows it by. */
export const EXTENSION_NAME = "lambda-memory-optimizer";

/** Where events are waited for. */
export const NEXT = "/2020-01-01/extension/event/next";

export type CallApi = (
  method: Request["method"],
  path: string,
  options?: { headers?: Record<string, string>; body?: unknown },
) => Promise<Answer>;

/**
 * @param runtimeApi `host:port`, from `AWS_LAMBDA_RUNTIME_API`.
 * @param registering the descriptor of a connection to it on which the launcher has sent the first call.
 */
export function createExtensionsApi(runtimeApi: string, registering?: number): CallApi {
  const colon = runtimeApi.lastIndexOf(":");
  const connection = new Connection({
    host: runtimeApi.slice(0, colon),
    port: Number(runtimeApi.slice(colon + 1)),
  });
  const inherited = registering === undefined ? undefined : new InheritedConnection(registering);
  return async (method, path, { headers, body } = {}) => {
    const request: Request = {
      method,
      path,
      headers: {
        Host: runtimeApi,
        ...headers,
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    if (!inherited?.isOpen) return connection.exchange(request);
    return path === NEXT
      ? connection.exchange(request, inherited.handOver(request))
      : inherited.exchange(request);
  };
}

/** An answer that says no. */
export class RefusedError extends Error {
  constructor({ status, body }: Answer) {
    super(`HTTP ${status} ${body.slice(0, 200)}`.trim());
  }
}

/** Nobody listens any more: the sandbox is gone, and with it the function that an exit could break. */
export class SandboxGoneError extends Error {}

const GONE_AFTER_MS = 2_000;
const MAX_PAUSE_MS = 1_000;

/**
 * Tries until it succeeds, with pauses from 10 ms to a second: whatever an extension's exit would break is worse.
 *
 * @param isFinal errors that trying again can't mend are thrown at once.
 * @throws SandboxGoneError when connections were refused for two seconds on end.
 */
export async function persist<T>(
  attempt: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  let refusedSinceMs: number | undefined;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") refusedSinceMs = undefined;
      else refusedSinceMs ??= Date.now();
      if (refusedSinceMs !== undefined && Date.now() - refusedSinceMs > GONE_AFTER_MS) {
        throw new SandboxGoneError();
      }
    }
    await delay(pauseMs);
  }
}
