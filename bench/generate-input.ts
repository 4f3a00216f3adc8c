/**
 * Writes a CSV of generated reports for the pipeline's benchmark, with the same bytes for the same arguments.
 *
 *     node --require tsx/cjs bench/generate-input.ts OUT.csv [REPORTS [FUNCTIONS [DAYS]]]
 */
import fs from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { MS_PER_DAY } from "../runtime/duration";
import { mulberry32 } from "../local/mulberry32";

/** The first day of the input, 2025-12-04, which is also the first of a 14-day window. */
const START_MS = 1_461 * 14 * MS_PER_DAY - 28 * MS_PER_DAY;
const SIZES_MB = [256, 512, 1_024, 2_048, 3_008] as const;
const HEADER =
  "time,functionName,memorySizeMB,maxMemoryUsedMB,durationMs,billedDurationMs,status,requestId\n";

export interface InputSize {
  readonly reports: number;
  readonly functions: number;
  readonly days: number;
}

/** The input of `npm run bench:pipeline`. */
export const BENCH_SIZE: InputSize = { reports: 1_000_000, functions: 1_000, days: 28 };

/** The CSV's lines, header first, in time order; function n reports at every n-th turn of the fleet. */
export function* inputLines({ reports, functions, days }: InputSize): Generator<string> {
  const random = mulberry32(reports);
  yield HEADER;
  for (let i = 0; i < reports; i++) {
    const timeMs = START_MS + Math.floor(((i + random()) / reports) * days * MS_PER_DAY);
    const n = i % functions;
    const memorySizeMB = SIZES_MB[n % SIZES_MB.length] ?? 1_024;
    const maxMemoryUsedMB = Math.round(memorySizeMB * (0.2 + 0.5 * (n / functions) + 0.1 * random()));
    const durationMs = Math.round((20 + 400 * random()) * 100) / 100;
    const requestId = `00000000-0000-4000-8000-${i.toString(16).padStart(12, "0")}`;
    yield `${new Date(timeMs).toISOString()},function-${n},${memorySizeMB},${maxMemoryUsedMB},${durationMs},${Math.ceil(durationMs)},success,${requestId}\n`;
  }
}

/**
 * Writes the input to a file.
 *
 * @param file its path; an existing file is overwritten.
 */
export async function generateInput(file: string, size: InputSize = BENCH_SIZE): Promise<void> {
  const out = fs.createWriteStream(file);
  let text = "";
  for (const line of inputLines(size)) {
    text += line;
    if (text.length < 1 << 18) continue;
    if (!out.write(text)) await once(out, "drain");
    text = "";
  }
  out.end(text);
  await finished(out);
}

if (require.main === module) {
  const [file, reports, functions, days] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write(
      "Usage: node --require tsx/cjs bench/generate-input.ts OUT.csv [REPORTS [FUNCTIONS [DAYS]]]\n",
    );
    process.exitCode = 2;
  } else {
    void generateInput(file, {
      reports: Number(reports ?? BENCH_SIZE.reports),
      functions: Number(functions ?? BENCH_SIZE.functions),
      days: Number(days ?? BENCH_SIZE.days),
    });
  }
}
