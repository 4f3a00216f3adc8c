/**
 * Four functions that do the same work at every memory size. `functions.ts NAME` does it once for each line on its
 * standard input, and answers with an `Answer` as JSON. It also answers once when it has warmed up.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";

export interface Answer {
  /** How long the handler took. */
  readonly durationMs: number;
  /** The kernel's account of the process's CPU time so far (getrusage(2)). */
  readonly cpuMs: number;
}

export const FUNCTIONS = ["busy", "waiting", "mixed", "two-threads"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** About 100 ms of one processor. */
const WORK = 100_000;
const WARM_UPS = 3;

/** Hashes `rounds` times on this thread. */
function work(rounds: number): void {
  let hash = "start";
  for (let round = 0; round < rounds; round += 1) hash = createHash("sha256").update(hash).digest("hex");
}

function createTwoThreads(): () => Promise<unknown> {
  const options = { execArgv: [...TYPESCRIPT_LOADER] };
  const workers = [new Worker(__filename, options), new Worker(__filename, options)];
  return () =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.once("message", resolve);
            worker.postMessage(WORK);
          }),
      ),
    );
}

function createHandler(name: FunctionName): () => Promise<unknown> {
  switch (name) {
    case "busy":
      return async () => {
        work(WORK);
        await Promise.resolve();
      };
    case "waiting":
      return async () => {
        work(WORK / 10);
        await delay(150);
      };
    case "mixed":
      return async () => {
        work(WORK / 4);
        await delay(50);
        work(WORK / 4);
        await delay(50);
      };
    case "two-threads":
      return createTwoThreads();
  }
}

async function invoke(handler: () => Promise<unknown>): Promise<Answer> {
  const startedAt = performance.now();
  await handler();
  const durationMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage();
  return { durationMs, cpuMs: (user + system) / 1_000 };
}

async function main(): Promise<void> {
  const handler = createHandler(process.argv[2] as FunctionName);
  const answer = async () => {
    process.stdout.write(`${JSON.stringify(await invoke(handler))}\n`);
  };
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await handler();
  await answer();
  const lines = createInterface({ input: process.stdin });
  lines.on("line", () => void answer());
  lines.on("close", () => process.exit());
}

if (isMainThread && require.main === module) void main();
else {
  parentPort?.on("message", (rounds: number) => {
    work(rounds);
    parentPort?.postMessage("done");
  });
}
