/**
 * The updater's sandbox, which updater-host.ts starts as a process. It loads the bundle, handles one event at a time,
 * and answers each with the response and the handler's log.
 */
import type { Context } from "aws-lambda";
import { stopClock } from "./shifted-clock";
import type { SandboxAnswer, SandboxRequest, SandboxStart } from "./updater-host";

type Handler = (event: unknown, context: Context) => Promise<unknown>;

// End with the process that started this one.
process.on("disconnect", () => process.exit());

try {
  const [bundle = ""] = process.argv.slice(2);
  // Load the built bundle at run time. An import would load the sources.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { handler } = require(bundle) as { handler: Handler };
  process.on("message", (request: SandboxRequest) => {
    void invoke(handler, request).then(say);
  });
  say({ ready: true });
} catch (error) {
  say({ error: messageOf(error) });
  process.disconnect();
}

async function invoke(
  handler: Handler,
  { event, requestId, remainingMs, nowMs }: SandboxRequest,
): Promise<SandboxAnswer> {
  if (nowMs !== undefined) stopClock(nowMs);
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    write: stream.write.bind(stream),
  }));
  for (const { stream } of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
      return true;
    };
  }
  const logLines = () =>
    written
      .join("")
      .split("\n")
      .filter((line) => line !== "");
  try {
    const response = await handler(event, context(requestId, performance.now() + remainingMs));
    return { response, logLines: logLines() };
  } catch (error) {
    return { error: messageOf(error), logLines: logLines() };
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
}

/** @param deadlineMs by `performance.now()`, which runs on while Date stands still. */
function context(awsRequestId: string, deadlineMs: number): Context {
  return {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: process.env.LOCAL_INVOKED_FUNCTION_ARN,
    getRemainingTimeInMillis: () => deadlineMs - performance.now(),
  } as Context;
}

function say(message: SandboxStart | SandboxAnswer): void {
  // The process that forked this one may have ended, which is no error.
  process.send?.(message, undefined, undefined, () => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
