import assert from "node:assert/strict";
import type { Decision } from "../../local/decision";
import type { Observed } from "../../local/recording";
import { reportRows, type Outcome } from "../../local/report-rows";
import { decisionOf } from "../report/example";

const arn = (functionName: string, region = "us-east-1") =>
  `arn:aws:lambda:${region}:000000000000:function:${functionName}`;

function observed(functionName: string, region?: string): Observed {
  return {
    functionName,
    functionArn: arn(functionName, region),
    memorySizeMB: 1_024,
    lastReportMs: 0,
    invocations: 1,
    billedDurationMs: 1e6,
  };
}

/** A decision on a window that recommended `recommended` MB; its peak identifies it. */
function decision(
  functionName: string,
  values: Partial<Omit<Decision, "recommendation">>,
  recommended: number,
  peakMB: number,
): Decision {
  const recommendation = { recommendedMemorySizeMB: recommended, averageDailyPeakMB: peakMB, peakMB };
  return decisionOf(arn(functionName), { to: recommended, ...values }, recommendation);
}

function row(decisions: Decision[], sizeMB: number, updateMode: Outcome["updateMode"] = "apply") {
  const memorySizesMB = new Map([[arn("api"), sizeMB]]);
  const [only] = reportRows([observed("api")], { decisions, memorySizesMB, updateMode, observedMs: 1e9 });
  const { fromMB, toMB, basis, note, saving } = only!;
  return { fromMB, toMB, peakMB: basis?.peakMB, note, saves: Math.sign(saving.dollars) };
}

const applied = decision("api", {}, 400, 300);
const small = decision("api", { status: "skipped", from: 400, reason: "small-change" }, 410, 310);

describe("a row of the table", () => {
  it("is the last change that was made, with its figures, whatever was decided later", () => {
    const change = { fromMB: 1_024, toMB: 400, peakMB: 300, note: undefined, saves: 1 };
    assert.deepEqual(row([applied], 400), change);
    assert.deepEqual(row([applied, small], 400), change);
    assert.deepEqual(row([small, applied], 400), change);
  });

  it("is the last decision if nothing was changed, and says why", () => {
    const kept = decision("api", { status: "skipped", reason: "small-change" }, 1_010, 900);
    const opted = decision("api", { status: "skipped", reason: "opted-out" }, 500, 400);
    assert.deepEqual(row([opted, kept], 1_024), {
      fromMB: 1_024,
      toMB: 1_024,
      peakMB: 900,
      note: "small-change",
      saves: 0,
    });
  });

  it("says what was recommended if a change went to another size", () => {
    const { note } = row([decision("api", { to: 512 }, 400, 300)], 512);
    assert.equal(note, "window, where 400 MB were recommended");
    const would = decision("api", { status: "skipped", to: 512, reason: "recommend-mode" }, 400, 300);
    assert.equal(row([would], 1_024, "recommend").note, note);
  });

  it("says what was expected: durations and dollars, before and after", () => {
    const now = { durationMs: 313, dollarsPerMonth: 0.1565 };
    const predicted = { memorySizeMB: 753, slowdown: 1.233, durationMs: 386, dollarsPerMonth: 0.1419 };
    const lowered = decision("api", { to: 753, now, predicted }, 259, 130);
    assert.equal(
      row([lowered], 753).note,
      "window, where 259 MB were recommended: 313 ms and $0.16 a month at 1024 MB, 386 ms and $0.14 a month at 753 MB",
    );
    const left = decision(
      "api",
      {
        status: "skipped",
        to: 1_024,
        reason: "would-be-slower",
        now: { durationMs: 313 },
        predicted: { memorySizeMB: 512, slowdown: 1.65, durationMs: 515 },
        faster: { memorySizeMB: 1_700, durationMs: 230 },
      },
      259,
      130,
    );
    assert.equal(
      row([left], 1_024).note,
      "would-be-slower: 313 ms at 1024 MB, 515 ms at 512 MB, 230 ms at 1700 MB",
    );
  });

  it("is based on the recommendation before it if an observation took it back", () => {
    const back = {
      ...decision("api", { from: 400, to: 1_024, reason: "regression" }, 1, 1),
      recommendation: undefined,
    };
    const taken = row([decision("api", {}, 400, 300), back], 1_024);
    assert.deepEqual([taken.toMB, taken.peakMB, taken.note], [1_024, 300, "regression"]);
  });

  it("shows what would be done if nothing may be changed, and what that would save", () => {
    const would = decision("api", { status: "skipped", reason: "recommend-mode" }, 400, 300);
    const change = { fromMB: 1_024, toMB: 400, peakMB: 300, note: undefined, saves: 1 };
    assert.deepEqual(row([would], 1_024, "recommend"), change);
    const kept = decision("api", { status: "skipped", reason: "small-change" }, 1_010, 900);
    assert.equal(row([would, kept], 1_024, "recommend").toMB, 1_024);
  });

  it("has no figures if nothing was decided", () => {
    assert.deepEqual(row([], 1_024), {
      fromMB: 1_024,
      toMB: 1_024,
      peakMB: undefined,
      note: undefined,
      saves: 0,
    });
  });

  it("names account and region only if there are several", () => {
    const outcome = {
      decisions: [],
      memorySizesMB: new Map<string, number>(),
      updateMode: "apply",
      observedMs: 1,
    } as const;
    const homes = (...functions: Observed[]) => reportRows(functions, outcome).map(({ home }) => home);
    assert.deepEqual(homes(observed("api"), observed("search")), [undefined, undefined]);
    assert.deepEqual(homes(observed("api"), observed("api", "eu-west-1")), [
      "000000000000 us-east-1",
      "000000000000 eu-west-1",
    ]);
  });

  it("doesn't look at the decisions of other functions again", () => {
    const looks = (functions: number) => {
      const names = Array.from({ length: functions }, (_, n) => `function-${n}`);
      let count = 0;
      const decisions = names.map((name) => {
        const one = decision(name, {}, 400, 300);
        return {
          ...one,
          get functionArn() {
            count++;
            return one.functionArn;
          },
        };
      });
      const memorySizesMB = new Map(names.map((name) => [arn(name), 400]));
      reportRows(
        names.map((name) => observed(name)),
        { decisions, memorySizesMB, updateMode: "apply", observedMs: 1 },
      );
      return count;
    };
    assert.equal(looks(4_000), 4 * looks(1_000));
  });
});
