/**
 * `npm run bench:cpu [-- --invocations N]`: runs real functions in the emulated sandbox, each limited to memory / 1,769
 * MB of a processor. Shows how close the layer's `cpuMs` is to the kernel's account of the function's process, and how
 * close the duration predicted from one size is to the one measured at each other size. As root it takes priority over
 * everything else on the machine.
 */
import Table from "cli-table3";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { unpackLayer } from "../local/sandbox";
import { buildLayer } from "../scripts/build-layer";
import { makeCertificate } from "./certificate";
import { FUNCTIONS } from "./cpu/functions";
import { measure, type Measurement } from "./cpu/measure";
import { predictDurationMs } from "./cpu/predict";
import { goFirst, keepAwake } from "./cpu/processors";
import { KinesisMeter } from "./kinesis-meter";
import { medianOf } from "./median";

const SIZES_MB = [256, 512, 1_024, 1_769, 3_008];
const CPU_TIME_LIMIT = 0.1;
/** Sizeless (Middleware 2021) has 15.3% mean error, with a trained model. */
const DURATION_LIMIT = 0.15;

const { values } = parseArgs({ options: { invocations: { type: "string", default: "20" } } });

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "bench-cpu-"));
  const { directory: certDirectory, certFile, ...tls } = makeCertificate();
  const made = [directory, certDirectory];
  const meter = await KinesisMeter.listen(tls);
  const endWakefulness = keepAwake();
  goFirst(1);
  try {
    await buildLayer(directory);
    const layerDirectory = await unpackLayer(path.join(directory, "layer.zip"));
    made.push(layerDirectory);
    const invocations = Number(values.invocations);
    const shared = { invocations, layerDirectory, meter, certFile, statFile: path.join(directory, "stat") };
    const measured: Record<string, Measurement[]> = {};
    for (const name of FUNCTIONS) {
      for (const memorySizeMB of SIZES_MB) {
        (measured[name] ??= []).push(await measure({ ...shared, name, memorySizeMB }));
      }
    }
    print(measured);
  } finally {
    await endWakefulness();
    await meter.close();
    for (const each of made) rmSync(each, { recursive: true, force: true });
  }
}

function print(measured: Readonly<Record<string, Measurement[]>>): void {
  const head = ["function", "MB", "duration (ms)", "cpuMs", "kernel's (ms)", "off"];
  const table = new Table({
    head: [...head, ...SIZES_MB.map((sizeMB) => `from ${sizeMB} MB`)],
    style: { head: [], border: [] },
  });
  const cpuErrors: number[] = [];
  const durationErrors: number[] = [];
  for (const [name, sizes] of Object.entries(measured)) {
    for (const at of sizes) {
      const off = at.cpuMs / at.kernelCpuMs - 1;
      cpuErrors.push(Math.abs(off));
      const predicted = sizes.map((from) => {
        if (from === at) return "";
        const error = predictDurationMs(from, at.memorySizeMB) / at.durationMs - 1;
        durationErrors.push(Math.abs(error));
        return percent(error);
      });
      const figures = [at.durationMs, at.cpuMs, at.kernelCpuMs].map((ms) => ms.toFixed(1));
      table.push([name, at.memorySizeMB, ...figures, percent(off), ...predicted]);
    }
  }
  console.log(table.toString());
  console.log(
    `cpuMs is at most ${verdict(Math.max(...cpuErrors), CPU_TIME_LIMIT)} off the kernel's account.`,
  );
  console.log(
    `The predicted duration is ${verdict(medianOf(durationErrors), DURATION_LIMIT)} off in the median.`,
  );
}

function verdict(error: number, limit: number): string {
  if (error > limit) process.exitCode = 1;
  return `${percent(error)} (limit ${percent(limit)}${error > limit ? ", OVER" : ""})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
