/** Measures one function at one memory size in the emulated sandbox, under the size's CPU quota, through the layer. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Sandbox } from "../../local/sandbox";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";
import { readRecord, telemetryRecordSchema } from "../../runtime/contract";
import type { KinesisMeter } from "../kinesis-meter";
import { FunctionProcess } from "./function-process";
import type { FunctionName } from "./functions";
import type { Seen } from "./predict";
import { statLine } from "./stat-line";

export interface Measurement extends Seen {
  /** CPU time of the function's process per invocation by the kernel's account, in ms. */
  readonly kernelCpuMs: number;
}

export interface MeasureOptions {
  readonly name: FunctionName;
  readonly memorySizeMB: number;
  readonly invocations: number;
  readonly layerDirectory: string;
  readonly meter: KinesisMeter;
  readonly certFile: string;
  /** A file to keep /proc/stat in; it is overwritten. */
  readonly statFile: string;
}

export async function measure(options: MeasureOptions): Promise<Measurement> {
  const { name, memorySizeMB, invocations, meter, statFile } = options;
  const recordsBefore = meter.records.length;
  await writeFile(statFile, statLine(0));
  const started = await FunctionProcess.start(name);
  const sandbox = await startSandbox(options);
  try {
    await sandbox.atRest();
    const endQuota = await startQuota(memorySizeMB, statFile, [started.pid, ...sandbox.pids]);
    let durationMs = 0;
    const kernelBeforeMs = started.cpuMs;
    for (let index = 0; index < invocations; index += 1) {
      const invoked = sandbox.invoke();
      const answer = await started.invoke();
      durationMs += answer.durationMs;
      await sandbox.deliver([report(await invoked, memorySizeMB, answer.durationMs)]);
    }
    const kernelCpuMs = started.cpuMs - kernelBeforeMs;
    await endQuota();
    await sandbox.shutdown();
    return {
      memorySizeMB,
      invocations,
      durationMs: durationMs / invocations,
      cpuMs: sumOfCpuMs(meter.records.slice(recordsBefore)) / invocations,
      kernelCpuMs: kernelCpuMs / invocations,
    };
  } finally {
    await sandbox.kill();
    await started.end();
  }
}

function startSandbox({ layerDirectory, meter, certFile, statFile, memorySizeMB }: MeasureOptions) {
  return Sandbox.start({
    layerDirectory,
    functionName: "measured",
    memorySizeMB,
    accountId: "123456789012",
    region: "eu-central-1",
    statFile,
    environment: {
      LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
      LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "1s",
      AWS_ENDPOINT_URL_KINESIS: meter.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      NODE_EXTRA_CA_CERTS: certFile,
    },
  });
}

/** @returns a function that ends the quota once the stat file has all the CPU time. */
async function startQuota(memorySizeMB: number, statFile: string, pids: readonly number[]) {
  const file = path.join(__dirname, "quota-process.ts");
  const args = [...TYPESCRIPT_LOADER, file, String(memorySizeMB), statFile, ...pids.map(String)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  await Promise.race([
    once(child.stdout, "data"),
    ended.then(() => Promise.reject(new Error("the quota's process ended"))),
  ]);
  return async () => {
    await delay(50);
    child.stdin.end();
    await ended;
  };
}

function report({ requestId }: { requestId: string }, memorySizeMB: number, durationMs: number): object {
  const billedDurationMs = Math.ceil(durationMs);
  const metrics = { durationMs, billedDurationMs, memorySizeMB, maxMemoryUsedMB: 90 };
  return {
    time: new Date().toISOString(),
    type: "platform.report",
    record: { requestId, status: "success", metrics },
  };
}

function sumOfCpuMs(records: readonly string[]): number {
  return records.reduce((sum, text) => {
    const checked = readRecord(telemetryRecordSchema, text);
    if (!checked.ok) throw new Error(`${checked.problem}: ${text}`);
    return sum + (checked.record.cpuMs ?? NaN);
  }, 0);
}
