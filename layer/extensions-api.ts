/** Calls the sandbox's Extensions and Telemetry APIs, and retries while they don't answer. */
import { Connection, delay, type Answer, type Request } from "./http";
import { InheritedConnection } from "./inherited-connection";

/** The extension's file name in `/opt/extensions`, which Lambda uses as its name. */
export const EXTENSION_NAME = "lambda-memory-optimizer";

/** Path of the call that waits for the next event. */
export const NEXT = "/2020-01-01/extension/event/next";

export type CallApi = (
  method: Request["method"],
  path: string,
  options?: { headers?: Record<string, string>; body?: unknown },
) => Promise<Answer>;

/**
 * @param runtimeApi `host:port`, from `AWS_LAMBDA_RUNTIME_API`.
 * @param registering file descriptor of a connection to it, on which the launcher has sent the first call.
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

/** Lambda answered with an error status. */
export class RefusedError extends Error {
  constructor({ status, body }: Answer) {
    super(`HTTP ${status} ${body.slice(0, 200)}`.trim());
  }
}

/** Nothing listens any more: the sandbox is gone, so the extension may exit. */
export class SandboxGoneError extends Error {}

const GONE_AFTER_MS = 2_000;
const MAX_PAUSE_MS = 1_000;

/**
 * Retries until it succeeds, with pauses from 10 ms to a second, because an exit would break the function.
 *
 * @param isFinal tells which errors to throw at once, because retrying can't help.
 * @throws SandboxGoneError when every connection was refused for two seconds.
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
