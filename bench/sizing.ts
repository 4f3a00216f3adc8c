/**
 * `npm run bench:sizing [-- PATH] [--seed N]`: measures what the sizes that pay cost and save, in a closed loop. More
 * than half a year of a function's days, each drawn from its real durations at its current size, go through the
 * decisions, which change the size. PATH is a file of invocations in the format of SeBS's results (DOI
 * 10.5281/zenodo.5209001), with six functions on AWS Lambda; without it, the bench runs its own curves. It adds random
 * curves to both, which no rule was tuned on.
 *
 * - A function's duration at a size is the median of its warm invocations, at sizes in between in proportion to 1/size.
 *   Single durations scatter around it as the real ones do around their mean, and each day's load varies by 3%.
 * - `with CPU time`: an invocation's CPU time is fitted to the function's whole curve (wait + cpu × max(1/threads,
 *   1769/size), least squares of the relative error). The layer's reading is off by up to 5% permanently and by 5% day
 *   by day. Where a curve departs from the formula, its CPU time is wrong, as it would be in Lambda.
 * - Memory requires the highest usage plus 100 MB or 15%, the defaults. Starts below that are left out.
 * - Slowdown and saving follow the true curve and compare the end, and the worst point on the way, with the start. The
 *   oracle knows the curve, and takes the cheapest size that is at most 25% slower.
 */
import Table from "cli-table3";
import { parseArgs } from "node:util";
import { parseSettings } from "../runtime/settings";
import { neededMB, oracle, runClosedLoop, TELEMETRY, type Outcome } from "./sizing/closed-loop";
import { curvesFrom, type Curve } from "./sizing/curves";
import { ownCurves } from "./sizing/own-curves";
import { randomCurves } from "./sizing/random-curves";

const SETTINGS = parseSettings();
const MEMORY_ONLY = parseSettings({ maxSlowdown: "off" });
/** The bounds that the figures must keep. */
const BOUNDS = { worst: 1.3, meanSlowdown: 1.2, saving: 0.27, ofOracle: 0.9, changes: 5, changesWithCpu: 2 };
/** Sizes that functions usually have before anyone measures them. */
const USUAL_STARTS_MB = [1_024, 2_048, 3_008];
const RANDOM_CURVES = 12;

interface Row {
  readonly name: string;
  readonly startMB: number;
  readonly isOdd: boolean;
  readonly cpu: boolean;
  readonly memoryOnly: Outcome;
  readonly ours: Outcome;
  readonly oracle: Outcome;
}

const { values, positionals } = parseArgs({
  options: { seed: { type: "string", default: "1" } },
  allowPositionals: true,
});

function main(): void {
  const [file] = positionals;
  const seed = Number(values.seed);
  const random = run(randomCurves(RANDOM_CURVES, seed), seed);
  const rows = run(file === undefined ? ownCurves : curvesFrom(file), seed);
  print(rows);
  console.log(`${RANDOM_CURVES} random curves: ${summary(random)}`);
  console.log(`Every start of the table: ${summary(rows)}`);
  const usual = rows.filter(({ startMB }) => USUAL_STARTS_MB.includes(startMB));
  for (const cpu of [true, false]) {
    const some = usual.filter((row) => row.cpu === cpu);
    console.log(
      `From ${USUAL_STARTS_MB.join(", ")} MB ${cpu ? "with" : "without"} CPU time: ${summary(some)}`,
    );
  }
  const broken = rows.flatMap(brokenBounds).concat(brokenMeans(usual));
  for (const sentence of broken) console.log(`OVER: ${sentence}`);
  if (broken.length > 0) process.exitCode = 1;
  console.log(summary(usual));
}

function run(curves: readonly Curve[], seed: number): Row[] {
  return curves.flatMap((curve) =>
    curve.points
      .map(({ memorySizeMB }) => memorySizeMB)
      .filter((startMB) => neededMB(curve, startMB) <= startMB)
      .flatMap((startMB) =>
        [true, false].map((cpu) => {
          const telemetry = { ...TELEMETRY, cpu, seed: seedOf(`${seed} ${curve.name} ${startMB} ${cpu}`) };
          return {
            name: curve.name,
            isOdd: curve.isOdd ?? false,
            startMB,
            cpu,
            memoryOnly: runClosedLoop(MEMORY_ONLY, curve, startMB, { ...telemetry, invocationsPerDay: 1 }),
            ours: runClosedLoop(SETTINGS, curve, startMB, telemetry),
            oracle: oracle(curve, startMB, Number(SETTINGS.maxSlowdown)),
          };
        }),
      ),
  );
}

/**
 * A different seed for every run (FNV-1a): with one seed for all, each function's CPU time would be off by the same
 * fraction.
 */
function seedOf(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return hash >>> 0;
}

function print(rows: readonly Row[]): void {
  const table = new Table({
    head: ["function", "start MB", "CPU", "memory only", "ours", "changes", "worst", "oracle"],
    style: { head: [], border: [] },
  });
  const told = ({ endMB, slowdown, saving }: Outcome) =>
    `${endMB} MB ${slowdown.toFixed(2)}× ${(saving * 100).toFixed(0)}%`;
  for (const { name, startMB, cpu, memoryOnly, ours, oracle: best } of rows) {
    table.push([
      name,
      startMB,
      cpu ? "yes" : "no",
      told(memoryOnly),
      told(ours),
      ours.changes,
      `${ours.worstSlowdown.toFixed(2)}×`,
      told(best),
    ]);
  }
  console.log("Each: the size at the end, duration ÷ duration at the start, cost saved of an invocation.");
  console.log(table.toString());
}

function figures(rows: readonly Row[]) {
  return {
    worst: Math.max(...rows.map(({ ours }) => ours.worstSlowdown)),
    meanSlowdown: mean(rows.map(({ ours }) => ours.slowdown)),
    saving: mean(rows.map(({ ours }) => ours.saving)),
    oracle: mean(rows.map(({ oracle: best }) => best.saving)),
  };
}

function summary(rows: readonly Row[]): string {
  const { worst, meanSlowdown, saving, oracle: best } = figures(rows);
  return `worst slowdown ${worst.toFixed(2)}, mean slowdown ${meanSlowdown.toFixed(2)}, mean saving ${saving.toFixed(3)}, oracle saving ${best.toFixed(3)}`;
}

function brokenBounds({ name, startMB, isOdd, cpu, ours, oracle: best }: Row): string[] {
  const who = `${name} from ${startMB} MB ${cpu ? "with" : "without"} CPU time`;
  // One change at most halves a size, so going from 3,008 to 160 MB takes five changes.
  const halvings = Math.ceil(Math.log2(startMB / best.endMB));
  const changes = cpu ? Math.max(BOUNDS.changesWithCpu, halvings) : Math.max(BOUNDS.changes, halvings + 2);
  const worst = isOdd ? ours.slowdown : ours.worstSlowdown;
  return [
    ...(worst > BOUNDS.worst ? [`${who} was ${worst.toFixed(2)} × slower`] : []),
    ...(ours.changes > changes ? [`${who} was changed ${ours.changes} times`] : []),
    ...(ours.saving < 0 ? [`${who} costs more than before`] : []),
  ];
}

function brokenMeans(rows: readonly Row[]): string[] {
  const { meanSlowdown, saving, oracle: best } = figures(rows);
  return [
    ...(meanSlowdown > BOUNDS.meanSlowdown ? [`the mean slowdown is ${meanSlowdown.toFixed(2)}`] : []),
    ...(saving < Math.min(BOUNDS.saving, BOUNDS.ofOracle * best)
      ? [`the mean saving is ${saving.toFixed(3)}`]
      : []),
  ];
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

main();
