/**
 * `npm run bench:layer [-- --against DIR] [--runs N]`: runs our layer, a bare `node` and, if named, any unpacked layer
 * (a folder with `extensions/` in it) in turn in the same emulated sandbox, and prints medians. All use the `node` that
 * runs the bench, which shares the binary's pages with them as a function does in Lambda.
 */
import Table from "cli-table3";
import { rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { unpackLayer } from "../local/sandbox";
import { buildLayer } from "../scripts/build-layer";
import { makeCertificate } from "./certificate";
import { KinesisMeter } from "./kinesis-meter";
import { FIGURES, INVOCATIONS, measureLayer, type Figures } from "./layer-run";
import { medianOf } from "./median";

const { values } = parseArgs({
  options: {
    against: { type: "string" },
    runs: { type: "string", default: "5" },
  },
});

async function main(): Promise<void> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), "bench-layer-"));
  const { directory: certDirectory, certFile, ...tls } = makeCertificate();
  const made = [outDir, certDirectory];
  const meter = await KinesisMeter.listen(tls);
  try {
    await buildLayer(outDir);
    const zipFile = path.join(outDir, "layer.zip");
    const ours = await unpackLayer(zipFile);
    made.push(ours);

    const layers = { ours, ...(values.against !== undefined && { against: path.resolve(values.against) }) };
    const runs: Record<string, Figures[]> = {};
    for (let run = 0; run < Number(values.runs); run += 1) {
      for (const [name, layerDirectory] of Object.entries(layers)) {
        const figures = await measureLayer({ layerDirectory, meter, certFile });
        (runs[name] ??= []).push(figures);
      }
    }
    print(runs);
    console.log(`Layer zip: ${(statSync(zipFile).size / 1024).toFixed(1)} KB (limit 15).`);
  } finally {
    await meter.close();
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  }
}

function print({ ours = [], against }: Record<string, Figures[]>): void {
  const table = new Table({
    head: ["figure", "limit", "ours", ...(against ? ["against", "against ÷ ours"] : [])],
    style: { head: [], border: [] },
  });
  for (const [figure, { title, limit }] of Object.entries(FIGURES)) {
    const median = (runs: Figures[]) => medianOf(runs.map((run) => run[figure] ?? NaN));
    const own = median(ours);
    const verdict = limit !== undefined && own > limit ? " OVER" : "";
    const row = [title, limit ?? "", `${own.toFixed(2)}${verdict}`];
    if (against) row.push(median(against).toFixed(2), own > 0 ? (median(against) / own).toFixed(2) : "");
    table.push(row);
  }
  console.log(`Medians of ${ours.length} runs of ${INVOCATIONS} invocations each, node ${process.version}:`);
  console.log(table.toString());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
