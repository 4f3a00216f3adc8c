/** Measures one life of a sandbox with any layer in it, and of a bare `node` next to it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Sandbox } from "../local/sandbox";
import type { KinesisMeter } from "./kinesis-meter";
import { medianOf } from "./median";
import { privateMemoryMB } from "./process-memory";

export type Figures = Record<string, number>;

export const INVOCATIONS = 200;
const HANDLER_MS = 5;
/** A start takes some 20 ms, so even 2 ms in which the processor is busy elsewhere show. */
const STARTS = 15;

/** The measured figures, in the order of printing, with the limit that our layer keeps on Node 20. */
export const FIGURES: Record<string, { title: string; limit?: number }> = {
  memoryMB: { title: "private memory after the invocations (MB)", limit: 11 },
  bareMemoryMB: { title: "  of a bare node (MB)" },
  memoryRatio: { title: "  ratio", limit: 1.7 },
  startMs: { title: "start to first /next (ms)" },
  bareStartMs: { title: "  start of a bare node (ms)" },
  startRatio: { title: "  ratio", limit: 1.4 },
  bytesPerInvocation: { title: "bytes on the stream per invocation", limit: 8 },
  calls: { title: "PutRecords calls", limit: 3 },
  logLinesPerInvocation: { title: "log lines per invocation", limit: 0 },
  nextP50Ms: { title: "INVOKE to /next, p50 (ms)" },
  nextP99Ms: { title: "INVOKE to /next, p99 (ms)" },
  lateP99Ms: { title: "from the handler's end to /next, p99 (ms)" },
  idleLateP99Ms: { title: "  of an extension that does nothing (ms)" },
  addedMs: { title: "  what the layer adds (ms)", limit: 1 },
  shutdownMs: { title: "shutdown, healthy Kinesis (ms)", limit: 150 },
  deadShutdownMs: { title: "shutdown, dead Kinesis (ms)", limit: 1_800 },
};

interface LayerRun {
  readonly layerDirectory: string;
  readonly meter: KinesisMeter;
  readonly certFile: string;
}

/** Runs a healthy life of 200 invocations, then a short one whose Kinesis is dead when it ends. */
export async function measureLayer(run: LayerRun): Promise<Figures> {
  const { meter } = run;
  const { startMs, bareStartMs } = await measureStarts(run);
  const bare = await startBareNode();
  const idleLateP99Ms = await measureIdleLayer(run);
  const [callsBefore, bytesBefore] = [meter.calls, meter.bytes];
  const sandbox = await startSandbox(run);
  await live(sandbox, INVOCATIONS);
  await delay(300); // Gives garbage and connections the time that a real sandbox has.
  const memoryMB = sandbox.pids.reduce((sum, pid) => sum + privateMemoryMB(pid), 0);
  const bareMemoryMB = privateMemoryMB(bare.pid);
  await bare.end();
  const linesWhileInvoked = sandbox.log.length;
  const { durationMs: shutdownMs } = await sandbox.shutdown();
  const latencies = sandbox.nextLatenciesMs;
  const figures = {
    memoryMB,
    bareMemoryMB,
    memoryRatio: memoryMB / bareMemoryMB,
    startMs,
    bareStartMs,
    startRatio: startMs / bareStartMs,
    bytesPerInvocation: (meter.bytes - bytesBefore) / INVOCATIONS,
    calls: meter.calls - callsBefore,
    logLinesPerInvocation: linesWhileInvoked / INVOCATIONS,
    nextP50Ms: percentile(latencies, 0.5),
    nextP99Ms: percentile(latencies, 0.99),
    lateP99Ms: lateP99(latencies),
    idleLateP99Ms,
    addedMs: Math.max(0, lateP99(latencies) - idleLateP99Ms),
    shutdownMs,
  };

  const doomed = await startSandbox(run);
  await live(doomed, 1);
  meter.dead = true;
  const { durationMs: deadShutdownMs } = await doomed.shutdown();
  meter.dead = false;
  return { ...figures, deadShutdownMs };
}

/** Starts the layer and a bare `node` in turn, and returns the medians. */
async function measureStarts(run: LayerRun): Promise<{ startMs: number; bareStartMs: number }> {
  const starts: number[] = [];
  const bareStarts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const bare = await startBareNode();
    bareStarts.push(bare.startMs);
    await bare.end();
    const sandbox = await startSandbox(run);
    starts.push(sandbox.initDurationMs);
    await sandbox.kill();
  }
  return { startMs: medianOf(starts), bareStartMs: medianOf(bareStarts) };
}

function startSandbox({ layerDirectory, meter, certFile }: LayerRun): Promise<Sandbox> {
  return Sandbox.start({
    layerDirectory,
    functionName: "checkout-payments-eu",
    memorySizeMB: 512,
    accountId: "123456789012",
    region: "eu-central-1",
    environment: {
      LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
      AWS_ENDPOINT_URL_KINESIS: meter.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      NODE_EXTRA_CA_CERTS: certFile,
    },
  });
}

/**
 * Invocations as in a busy sandbox: each one's report arrives while the next one runs. Memory's high-water mark rises
 * once after the first ones, then stays.
 */
async function live(sandbox: Sandbox, invocations: number): Promise<void> {
  let events: object[] = [];
  for (let index = 0; index < invocations; index += 1) {
    const handler = delay(HANDLER_MS);
    const { requestId } = await sandbox.invoke();
    await sandbox.deliver([...events, start(requestId)]);
    await handler;
    events = end(requestId, index < 20 ? 90 : 99);
  }
  await sandbox.deliver(events);
}

function start(requestId: string): object {
  const time = new Date().toISOString();
  return { time, type: "platform.start", record: { requestId, version: "$LATEST", tracing: tracing() } };
}

function end(requestId: string, maxMemoryUsedMB: number): object[] {
  const time = new Date().toISOString();
  const spans = [
    { name: "responseLatency", start: time, durationMs: 4.82 },
    { name: "responseDuration", start: time, durationMs: 0.08 },
  ];
  const metrics = { durationMs: 5.18, billedDurationMs: 6, memorySizeMB: 512, maxMemoryUsedMB };
  const runtimeDone = {
    requestId,
    status: "success",
    tracing: tracing(),
    spans,
    metrics: { durationMs: 5.1 },
  };
  return [
    { time, type: "platform.runtimeDone", record: runtimeDone },
    { time, type: "platform.report", record: { requestId, status: "success", metrics, tracing: tracing() } },
  ];
}

function tracing(): object {
  return {
    spanId: "54565fb41ac79632",
    type: "X-Amzn-Trace-Id",
    value: "Root=1-62e900b2-710d76f009d6e7785905449a",
  };
}

/** How long after the handler's end an extension still kept the sandbox busy, in 99 of 100 cases. */
function lateP99(latenciesMs: readonly number[]): number {
  return percentile(
    latenciesMs.map((latencyMs) => Math.max(0, latencyMs - HANDLER_MS)),
    0.99,
  );
}

/** How long the emulated sandbox and the machine's load delay an extension that does nothing. */
async function measureIdleLayer(run: LayerRun): Promise<number> {
  const idle = await startSandbox({ ...run, layerDirectory: path.join(__dirname, "idle-layer") });
  await live(idle, INVOCATIONS);
  await idle.shutdown();
  return lateP99(idle.nextLatenciesMs);
}

function percentile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * share) - 1] ?? NaN;
}

/** Starts a `node` that does nothing until `end` is called. */
async function startBareNode() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [path.join(__dirname, "bare-node.cjs")], {
    detached: true,
    // Only the bench needs NODE_EXTRA_CA_CERTS. With it, a bare node would parse certificates that Lambda's doesn't.
    env: {},
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  return {
    startMs: performance.now() - startedAt,
    pid: child.pid ?? 0,
    end: async () => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
