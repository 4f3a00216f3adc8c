/**
 * What Lambda's sandbox is to the updater: a process of its own that loads the bundle, takes one event at a time
 * and answers with the response and what the handler logged meanwhile. Started by updater-host.ts.
 */
import type { Context } from "aws-lambda";
import { stopClock } from "./shifted-clock";
import type { SandboxAnswer, SandboxRequest, SandboxStart } from "./updater-host";

type Handler = (event: unknown, context: Context) => Promise<unknown>;

// It never outlives the one who started it.
process.on("disconnect", () => process.exit());

try {
  const [bundle = ""] = process.argv.slice(2);
  // Loaded at run time, so that what runs is the built bundle and not its sources.
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

/** @param deadlineMs by this process's own clock, which no change of the time touches. */
function context(awsRequestId: string, deadlineMs: number): Context {
  return {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: process.env.LOCAL_INVOKED_FUNCTION_ARN,
    getRemainingTimeInMillis: () => deadlineMs - performance.now(),
  } as Context;
}

function say(message: SandboxStart | SandboxAnswer): void {
  // Whoever forked this process may have ended by now.
  process.send?.(message, undefined, undefined, () => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
