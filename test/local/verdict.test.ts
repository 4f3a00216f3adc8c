import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { monthlyCost, monthlySaving } from "../../local/savings";
import { verdictLines, verdictOf } from "../../local/verdict";
import { RUNNING_DOLLARS_PER_MONTH } from "../../runtime/cost";
import {
  DOLLARS_PER_GB_SECOND,
  dollarsPerGBSecond,
  HOURS_PER_MONTH,
  MS_PER_MONTH,
  PRICES_OF,
} from "../../runtime/pricing";

const DOCS = path.join(__dirname, "../../docs");

/** A function that costs 2 GB × `hours` hours of duration a month. */
function busy(hours: number, toMB = 1_024) {
  const usage = { billedDurationMs: hours * 3_600_000, observedMs: MS_PER_MONTH };
  return { cost: monthlyCost(2_048, usage), saving: monthlySaving({ fromMB: 2_048, toMB, ...usage }) };
}

describe("the verdict", () => {
  it("is the saving minus the running cost, and when that becomes positive", () => {
    // 1,000 h × 3,600 s × 2 GB = 7.2 million GB-s, $120.00; half of it is saved.
    const verdict = verdictOf([busy(400), busy(600)]);
    assert.deepEqual(verdict, {
      functions: 2,
      costPerMonth: 120,
      gbSecondsPerMonth: 7_200_000,
      savedPerMonth: 60,
      runningCostPerMonth: 187.5,
      netPerMonth: -127.5,
      // Durations that cost $375.00 save $187.50: 375 ÷ 0.0000166667 GB-s, 6.25 such functions.
      breakEvenGBSecondsPerMonth: 22_499_956,
      breakEvenFunctions: 7,
      pricesOf: PRICES_OF,
    });
    assert.deepEqual(verdictLines(verdict).slice(0, 2), [
      "These sizes save $60.00 of the $120.00 a month that durations cost now; running the optimizer costs $187.50, which makes a loss of $127.50.",
      "It pays from 22,499,956 GB-seconds a month on (there are 7,200,000), or from 7 functions like these (there are 2).",
    ]);
  });

  it("breaks even where it says: with that many functions there is a gain, with one fewer there isn't", () => {
    const { breakEvenFunctions } = verdictOf([busy(1_000)]);
    assert.ok(breakEvenFunctions !== null && breakEvenFunctions > 1);
    const fleetOf = (functions: number) => Array.from({ length: functions }, () => busy(1_000));
    assert.ok(verdictOf(fleetOf(breakEvenFunctions)).netPerMonth >= 0);
    assert.ok(verdictOf(fleetOf(breakEvenFunctions - 1)).netPerMonth < 0);
  });

  it("never pays if functions grow, and runs once in each account and region", () => {
    const verdict = verdictOf([busy(100, 3_072)], 3);
    assert.deepEqual(
      [verdict.savedPerMonth, verdict.runningCostPerMonth, verdict.breakEvenFunctions],
      [-6, 3 * 187.5, null],
    );
    assert.match(verdictLines(verdict)[0]!, /^These sizes cost \$6\.00 a month more than the \$12\.00 /);
    assert.match(verdictLines(verdict)[1]!, /^Nothing is saved/);
  });
});

describe("the prices", () => {
  it("are those of the region and the architecture", () => {
    assert.equal(dollarsPerGBSecond("us-east-1", "x86_64"), DOLLARS_PER_GB_SECOND.x86_64);
    assert.equal(dollarsPerGBSecond("eu-central-1", "arm64"), DOLLARS_PER_GB_SECOND.arm64);
    assert.equal(dollarsPerGBSecond("af-south-1", "x86_64"), 0.0000221);
    assert.equal(dollarsPerGBSecond("eu-south-1", "arm64"), 0.0000156138);
    assert.match(PRICES_OF, /^\d{4}-\d\d-\d\d$/);
  });

  it("add up to what docs/deploying.md says that running costs", () => {
    const [, section = ""] = fs
      .readFileSync(path.join(DOCS, "deploying.md"), "utf8")
      .split("## What it costs\n");
    const [total] = /\$\d+ a month/.exec(section)!;
    assert.equal(total, `$${Math.round(RUNNING_DOLLARS_PER_MONTH)} a month`);
    const cells = [...section.split("\n## ")[0]!.matchAll(/^\| (.+?) +\|.*\| +(\d+\.\d\d) +\|$/gm)];
    // The total leaves the dashboard and the alarms out; test/components/monitoring.test.ts checks their row.
    const rows = cells
      .filter(([, part]) => part !== "dashboard and alarms")
      .map(([, , cell]) => Number(cell));
    assert.deepEqual([cells.length, rows.length], [4, 3]);
    assert.ok(Math.abs(rows.reduce((sum, cell) => sum + cell, 0) - RUNNING_DOLLARS_PER_MONTH) < 0.005);
    assert.ok(section.includes(`× ${HOURS_PER_MONTH} h`) && section.includes(PRICES_OF));
  });
});
