import assert from "node:assert/strict";
import { verdictLines } from "../../local/verdict";
import { backTestReport } from "../../report/from-backtest";
import { reportData, recordingReport } from "../../report/from-run";
import { parseSettings } from "../../runtime/settings";
import { arnOf, decisionOf, figuresOf, fleetRun, policies, rowOf, VERDICT } from "./example";

const settings = parseSettings({});
const told = { title: "t", kind: "closed-loop", applied: true, durationsFollowSize: true } as const;
const day = (functionName: string, date: string, values = {}) => ({
  functionName,
  day: date,
  memorySizeMB: 1_024,
  invocations: 100,
  outOfMemory: 0,
  peakUsedMB: 300,
  meanDurationMs: 200,
  billedGBSeconds: 20,
  ...values,
});

describe("a report's data", () => {
  it("has every function's days as columns, in the order of the days", () => {
    const { days, functions } = reportData({
      ...told,
      rows: [rowOf("a"), rowOf("b")],
      decisions: [],
      changes: [],
      days: [
        day("a", "2026-01-02", { peakUsedMB: 310, meanDurationMs: 123.456789 }),
        day("b", "2026-01-02", { invocations: 0, peakUsedMB: 0, meanDurationMs: 0, billedGBSeconds: 0 }),
        day("a", "2026-01-01", { memorySizeMB: 2_048, outOfMemory: 2 }),
      ],
    });
    assert.deepEqual(days, ["2026-01-01", "2026-01-02"]);
    assert.deepEqual(functions[0]!.days, {
      memorySizeMB: [2_048, 1_024],
      invocations: [100, 100],
      outOfMemory: [2, 0],
      peakUsedMB: [300, 310],
      meanDurationMs: [200, 123.457],
      billedGBSeconds: [20, 20],
    });
    // Neither a missing day nor one without an invocation has a peak or a mean.
    assert.deepEqual(functions[1]!.days!.peakUsedMB, [null, null]);
    assert.deepEqual(functions[1]!.days!.meanDurationMs, [null, null]);
  });

  it("keeps functions of the same name in two regions apart", () => {
    const regions = ["us-east-1", "eu-west-1"];
    const { functions } = recordingReport(
      "/somewhere/measurements.csv",
      settings,
      regions.map((home) => rowOf("api", { functionArn: arnOf("api", home), home })),
      [
        decisionOf(arnOf("api", "eu-west-1"), { to: 700 }),
        decisionOf(arnOf("api"), { to: 600 }),
        decisionOf(arnOf("api"), { status: "skipped", from: 600, to: 610, reason: "small-change" }),
      ],
      VERDICT,
    );
    assert.deepEqual(
      functions.map(({ home, changes, decisions }) => [
        home,
        changes.map(({ at, to }) => [at, to]),
        decisions.reason,
      ]),
      [
        ["us-east-1", [["2026-01-15T00:00:00.000Z", 600]], ["window", "small-change"]],
        ["eu-west-1", [["2026-01-15T00:00:00.000Z", 700]], ["window"]],
      ],
    );
  });

  it("has a recording's decisions, and nothing by the day", () => {
    const of = (updateMode: "apply" | "recommend") =>
      recordingReport("/somewhere/measurements.csv", { updateMode }, [rowOf("a")], [], VERDICT);
    const report = of("recommend");
    assert.deepEqual(
      [report.title, report.kind, report.applied, report.durationsFollowSize, report.days],
      ["measurements.csv", "recording", false, false, []],
    );
    assert.deepEqual(
      [report.functions[0]!.days, report.functions[0]!.curve, report.functions[0]!.changes],
      [undefined, undefined, []],
    );
    assert.equal(of("apply").applied, true);
  });

  it("has a decision that is based on an observation, without a window's figures", () => {
    const observed = { ...decisionOf(arnOf("a"), { reason: "regression" }), recommendation: undefined };
    const quiet = { ...observed, status: "skipped" as const, reason: "observed" };
    const report = recordingReport("m.csv", settings, [rowOf("a")], [quiet, observed], VERDICT);
    const [{ decisions, changes, curve }] = report.functions as [(typeof report.functions)[number]];
    const { at, asked, recommendedMB, averageDailyPeakMB, peakMB } = decisions;
    assert.deepEqual([at, asked], [[observed.at], ["observation"]]);
    assert.deepEqual([recommendedMB, averageDailyPeakMB, peakMB], [[null], [null], [null]]);
    assert.deepEqual(changes, [{ at: observed.at, from: 1_024, to: 512, reason: "regression" }]);
    assert.equal(curve, undefined);
  });

  it("has the verdict in figures and in the run's own words, and each function's price", () => {
    const report = reportData({
      ...told,
      rows: [rowOf("a"), rowOf("b"), rowOf("c", { functionArn: arnOf("c", "eu-south-1") })],
      decisions: [],
      verdict: VERDICT,
      architectureOf: (name) => (name === "b" ? "arm64" : "x86_64"),
    });
    assert.deepEqual(report.verdict, { ...VERDICT, sentences: verdictLines(VERDICT) });
    assert.deepEqual(
      report.functions.map(({ dollarsPerGBSecond }) => dollarsPerGBSecond),
      [0.0000166667, 0.0000133334, 0.0000195172],
    );
  });

  it("is the same for the same run, and survives being JSON", () => {
    const once = reportData(fleetRun(5, 28));
    assert.deepEqual(reportData(fleetRun(5, 28)), once);
    assert.deepEqual(JSON.parse(JSON.stringify(once)), once);
  });
});

describe("a back-test's report", () => {
  const days = (memorySizeMB: number, billedGBSeconds: number, names = ["a", "b"]) =>
    names.flatMap((name) =>
      ["2026-01-01", "2026-01-02"].map((date) => day(name, date, { memorySizeMB, billedGBSeconds })),
    );
  const functionOf = (name: string, region?: string) => ({
    functionName: name,
    functionArn: arnOf(name, region),
    architecture: "arm64" as const,
    memorySizeMB: 1_024,
    durationAt: (sizeMB: number) => ({ durationMs: 10 + 100_000 / sizeMB }),
  });
  const backTest = {
    title: "history.csv",
    functions: [functionOf("a"), functionOf("b", "eu-south-1")],
    policies: policies(3),
    advice: { policy: "percentile 61", sentence: "Take it.", stackConfig: "config: {}" },
    verdict: VERDICT,
    before: days(1_024, 240),
    days: days(512, 180),
    changes: [{ at: "2026-01-02T00:00:00.000Z", functionName: "b", from: 1_024, to: 512, reason: "window" }],
    durationsGiven: true,
    notes: ["Some peaks are lower bounds."],
  };

  it("has the advised policy's saving for each function, over the days at the first size", () => {
    const report = backTestReport(backTest);
    assert.deepEqual([report.kind, report.applied, report.durationsFollowSize], ["back-test", false, true]);
    assert.deepEqual(report.policies, policies(3));
    assert.deepEqual([report.advice, report.notes], [backTest.advice, backTest.notes]);
    assert.deepEqual(
      report.functions.map(({ fromMB, toMB }) => [fromMB, toMB]),
      [
        [1_024, 1_024],
        [1_024, 512],
      ],
    );
    // 60 GB-seconds a day, in a month of 730 hours.
    const saved = (60 * 730) / 24;
    for (const [n, price] of [0.0000133334, 0.0000156138].entries()) {
      const { savedGBSeconds, savedDollars } = report.functions[n]!;
      assert.ok(Math.abs(savedGBSeconds - saved) < 0.01, `${savedGBSeconds}`);
      assert.ok(Math.abs(savedDollars - saved * price) < 1e-6, `${savedDollars}`);
    }
    assert.equal(report.functions[0]!.curve!.source, "given");
    assert.equal(report.functions[0]!.curve!.measured.length, 1);
  });

  it("calls durations predicted, and none measured, if they are not known", () => {
    const { curve } = backTestReport({ ...backTest, durationsGiven: false }).functions[0]!;
    assert.deepEqual([curve!.source, curve!.measured, curve!.leastMs], ["predicted", [], undefined]);
    assert.equal(curve!.fromMs, 107.66);
  });

  it("leaves out functions that share a name, because their days can't be distinguished, and says so", () => {
    const functions = [functionOf("a"), functionOf("b"), functionOf("a", "eu-south-1")];
    const report = backTestReport({ ...backTest, functions });
    assert.deepEqual(
      report.functions.map(({ name }) => name),
      ["b"],
    );
    assert.match(report.notes!.at(-1)!, /^2 functions share their name with one/);
  });
});

describe("a report's curve", () => {
  /** The duration at one of the report's sizes. */
  const at = (
    report: ReturnType<typeof reportData>,
    sizeMB: number,
    column: "durationMs" | "leastMs" | "mostMs",
  ) => report.functions[0]!.curve![column]![report.curveSizesMB.indexOf(sizeMB)]!;

  it("is the fleet's own if the fleet's file has it, with the measurements beside it", () => {
    const report = reportData({
      ...told,
      rows: [rowOf("a", { toMB: 600 })],
      decisions: [],
      changes: [
        { at: "2026-01-03T12:00:00.000Z", functionName: "a", from: 1_024, to: 512, reason: "window" },
        { at: "2026-01-05T00:00:00.000Z", functionName: "a", from: 512, to: 600, reason: "window" },
      ],
      days: [
        day("a", "2026-01-01", { invocations: 100, meanDurationMs: 200 }),
        day("a", "2026-01-02", { invocations: 300, meanDurationMs: 240 }),
        // A day with two sizes.
        day("a", "2026-01-03", { invocations: 900, meanDurationMs: 999 }),
        day("a", "2026-01-04", { memorySizeMB: 512, invocations: 10, meanDurationMs: 400 }),
        day("a", "2026-01-05", { memorySizeMB: 600, invocations: 0, meanDurationMs: 0 }),
      ],
      durationMs: (_, sizeMB) => 10 + 100_000 / sizeMB,
    });
    const curve = report.functions[0]!.curve!;
    assert.equal(curve.source, "given");
    assert.deepEqual(curve.measured, [
      { memorySizeMB: 512, meanDurationMs: 400, invocations: 10 },
      { memorySizeMB: 1_024, meanDurationMs: 230, invocations: 400 },
    ]);
    assert.deepEqual([curve.fromMs, curve.toMs], [107.66, 176.67]);
    for (const size of [128, 256, 512, 1_024, 2_048]) {
      assert.ok(Math.abs(at(report, size, "durationMs") - (10 + 100_000 / size)) < 0.01, `${size}`);
    }
    assert.equal(report.curveSizesMB.at(-1), 2_048);
  });

  const recorded = (...decisions: Parameters<typeof decisionOf>[2][]) =>
    recordingReport(
      "m.csv",
      settings,
      [rowOf("a", { fromMB: 1_024, toMB: 512 })],
      decisions.map((recommendation) => decisionOf(arnOf("a"), {}, recommendation)),
      VERDICT,
    );
  const window = (start: string, end: string, values = {}, memorySizeMB = 1_024) => ({
    memorySizeMB,
    windowStart: `2026-01-${start}T00:00:00.000Z`,
    windowEnd: `2026-01-${end}T00:00:00.000Z`,
    atMemorySize: figuresOf(values),
  });

  it("is predicted for a recording, goes through the measurements, and shows the range that would also fit", () => {
    const report = recorded(window("01", "15"));
    const curve = report.functions[0]!.curve!;
    assert.equal(curve.source, "predicted");
    assert.deepEqual(curve.measured, [{ memorySizeMB: 1_024, meanDurationMs: 200, invocations: 1_000 }]);
    for (const column of ["durationMs", "leastMs", "mostMs"] as const) {
      assert.equal(at(report, 1_024, column), 200);
    }
    // From all waiting to all CPU-bound, which one size alone leaves open.
    assert.ok(Math.abs(at(report, 256, "leastMs") - 200) < 1);
    assert.ok(Math.abs(at(report, 256, "mostMs") - 800) < 1);
    assert.ok(at(report, 256, "durationMs") > 200 && at(report, 256, "durationMs") < 800);
  });

  it("is more certain if two sizes were measured", () => {
    const two = recorded(
      window("01", "15"),
      window("15", "29", { durationMs: 300_000, durationSquaredMs2: 92_000_000 }, 512),
    );
    const spread = (report: typeof two) => at(report, 256, "mostMs") / at(report, 256, "leastMs");
    assert.ok(spread(two) < spread(recorded(window("01", "15"))) / 1.5);
    assert.equal(two.functions[0]!.curve!.measured.length, 2);
  });

  it("counts windows that share days once, and ignores CPU time of this machine", () => {
    const once = recorded(window("01", "15"));
    assert.deepEqual(
      recorded(window("01", "15"), window("02", "16", { durationMs: 900_000 })).functions[0]!.curve,
      once.functions[0]!.curve,
    );
    assert.deepEqual(
      recorded(window("01", "15", { cpuMs: 199_000, cpuDurationMs: 200_000 })).functions[0]!.curve,
      once.functions[0]!.curve,
    );
  });

  it("is left out if a recording has no durations", () => {
    const report = recorded(window("01", "15", { durationMs: 0, durationSquaredMs2: 0 }));
    assert.equal(report.functions[0]!.curve, undefined);
  });
});
