/**
 * `npm run bench:drift [-- SEEDS]`: how many invocations run out of memory on fleets whose demand drifts over two months,
 * at the default policy. It fails if more than 0.01% of them do. The walk is the back-test's, and a test compares that
 * with the closed loop through the real jar, in every size and day.
 *
 * A function that runs out of memory is raised within the hour here; in AWS the layer and the job take about a minute.
 * The bench also prints the figure for a whole day at the size that is too small.
 */
import { FLEET_DEFAULTS } from "../local/arguments";
import { MOST_BEYOND } from "../local/backtest/advice";
import { historyOfFleet } from "../local/backtest/from-fleet";
import { walk } from "../local/backtest/walk";
import { checkFleet, type Fleet } from "../local/fleet/fleet-file";
import { mulberry32 } from "../local/mulberry32";
import { MS_PER_DAY } from "../runtime/duration";
import { parseSettings } from "../runtime/settings";

const DAYS = 60;
const FUNCTIONS = 60;

/**
 * Each function's demand has a trend of up to 1% a day up or down, a weekly rhythm of up to 15%, and a random walk of 2%
 * a day; its invocations of a day differ by up to 5%. One in ten moves to another level on some day, by up to 20%.
 */
export function driftingFleet(seed: number): Fleet {
  const random = mulberry32(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const functions = Array.from({ length: FUNCTIONS }, (_, n) => {
    const memorySizeMB = [256, 512, 1_024, 2_048, 3_008][n % 5] ?? 1_024;
    const trend = between(-0.01, 0.01);
    const rhythm = between(0, 0.15);
    const phase = Math.floor(between(0, 7));
    const [jumpDay, jump] = n % 10 === 9 ? [between(10, 50), between(0.9, 1.2)] : [DAYS, 1];
    let level = memorySizeMB * between(0.15, 0.55);
    const usedMB = Array.from({ length: DAYS }, (_, day) => {
      level *= 1 + trend + 0.02 * (random() + random() + random() - 1.5) * 2;
      const week = 1 + rhythm * Math.sin((2 * Math.PI * (day + phase)) / 7);
      return Math.max(30, Math.round(level * week * (day >= jumpDay ? jump : 1)));
    });
    return {
      functionName: `drift-${n}`,
      memorySizeMB,
      invocationsPerDay: 200,
      weight: 500,
      usedMB,
      usedSpread: 0.05,
      duration: { waitMs: between(20, 400), cpuMs: between(0, 150) },
      durationSpread: 0.4,
      errorRate: between(0, 0.01),
      cpu: n % 3 !== 0,
    };
  });
  return checkFleet({ start: "2026-01-01T00:00:00Z", days: DAYS, functions }, "the drifting fleet");
}

async function main(): Promise<void> {
  const seeds = Number(process.argv[2] ?? 5);
  const settings = parseSettings(FLEET_DEFAULTS);
  let [invocations, beyond, beyondDaily] = [0, 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const fleet = driftingFleet(seed);
    const history = historyOfFleet(fleet, undefined, MS_PER_DAY / 24);
    const asItIs = await walk(history, settings, { optimize: false });
    const walked = await walk(history, settings);
    invocations += walked.invocations;
    beyond += walked.invocationsBeyond;
    beyondDaily += (await walk(historyOfFleet(fleet, undefined, MS_PER_DAY), settings)).invocationsBeyond;
    process.stdout.write(
      `seed ${seed}: ${FUNCTIONS} functions over ${DAYS} days: ${part(walked)} out of memory on ${walked.daysBeyond} function-days (${part(asItIs)} at unchanged sizes); ${(100 * (1 - walked.costPerMonth / asItIs.costPerMonth)).toFixed(1)}% saved, ${walked.meanSlowdown.toFixed(2)} times the duration on average, ${walked.worstSlowdown.toFixed(2)} at worst\n`,
    );
  }
  const share = beyond / invocations;
  process.stdout.write(
    `raised only at the day's end: ${((100 * beyondDaily) / invocations).toFixed(4)}% of the invocations out of memory\n`,
  );
  process.stdout.write(
    `out of memory: ${(100 * share).toFixed(4)}% of ${invocations.toLocaleString("en-US")} invocations; at most ${100 * MOST_BEYOND}% are allowed\n`,
  );
  if (share > MOST_BEYOND) process.exitCode = 1;
}

function part(walked: { readonly invocations: number; readonly invocationsBeyond: number }): string {
  return `${((100 * walked.invocationsBeyond) / walked.invocations).toFixed(4)}%`;
}

if (require.main === module) void main();
