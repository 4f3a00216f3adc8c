import assert from "node:assert/strict";
import { LOCAL_HOME } from "../../local/home";
import { toPlatformReport, type Report } from "../../local/input/report";
import { Recording, sliceStartMs } from "../../local/recording";
import { sampleReports } from "./sample-reports";
import { Fold } from "../../layer/fold";
import { MS_PER_DAY } from "../../runtime/duration";

const HOUR_MS = 3_600_000;

describe("a recording", () => {
  it("is divided at the end of every bucket and every UTC day", () => {
    const day = 20_000 * MS_PER_DAY;
    assert.equal(sliceStartMs(day + 5 * HOUR_MS, MS_PER_DAY), day);
    assert.equal(sliceStartMs(day + 5 * HOUR_MS, HOUR_MS), day + 5 * HOUR_MS);
    // Two-day buckets start on even days. The end of the first day also divides.
    assert.equal(sliceStartMs(day + 25 * HOUR_MS, 2 * MS_PER_DAY), day + 24 * HOUR_MS);
    // Some seven-hour buckets span midnight.
    const bucketStart = Math.floor((day + HOUR_MS) / (7 * HOUR_MS)) * 7 * HOUR_MS;
    assert.equal(sliceStartMs(day + HOUR_MS, 7 * HOUR_MS), Math.max(day, bucketStart));
  });

  it("returns its slices in event-time order, with each report in one life", () => {
    const recording = new Recording(MS_PER_DAY, "layer");
    const reports = [...sampleReports()];
    for (const report of reports) recording.add(report);
    const slices = recording.inOrder(LOCAL_HOME);
    assert.deepEqual(
      slices.map(({ startMs }) => startMs),
      [...new Set(reports.map(({ timeMs }) => sliceStartMs(timeMs, MS_PER_DAY)))].sort((a, b) => a - b),
    );
    const lives = slices.flatMap(({ startMs, lives }) => lives.map((life) => ({ startMs, ...life })));
    assert.equal(lives.length, recording.lives);
    let held = 0;
    for (const { startMs, functionName, memorySizeMB, reports: own } of lives) {
      for (const report of own!) {
        assert.equal(sliceStartMs(report.timeMs, MS_PER_DAY), startMs);
        assert.deepEqual([report.functionName, report.memorySizeMB], [functionName, memorySizeMB]);
        held++;
      }
    }
    assert.equal(held, reports.length);
  });

  it("folds in-process to what a layer would hold", () => {
    const recording = new Recording(MS_PER_DAY, "in-process");
    const byLife = new Map<string, Report[]>();
    for (const report of sampleReports()) {
      recording.add(report);
      const key = `${report.functionName} ${sliceStartMs(report.timeMs, MS_PER_DAY)}`;
      byLife.set(key, [...(byLife.get(key) ?? []), report]);
    }
    for (const { startMs, lives } of recording.inOrder(LOCAL_HOME)) {
      for (const { functionName, fold, reports } of lives) {
        const layer = new Fold();
        for (const report of byLife.get(`${functionName} ${startMs}`)!) layer.add(toPlatformReport(report));
        assert.equal(reports, undefined);
        assert.deepEqual(fold!.take(), layer.take());
      }
    }
  });

  it("switches to folding in-process when there would be too many layer processes, and loses nothing", () => {
    const recording = new Recording(MS_PER_DAY, "auto");
    const [report] = sampleReports();
    const functions = 1_200;
    for (let n = 0; n < functions; n++) {
      recording.add({ ...report!, functionArn: `${report!.functionArn}-${n}`, requestId: String(n) });
    }
    assert.equal(recording.foldedInProcess, true);
    const invocations = recording
      .inOrder(LOCAL_HOME)
      .flatMap(({ lives }) => lives)
      .reduce((total, { fold }) => total + fold!.invocations, 0);
    assert.equal(invocations, functions);
  });

  it("knows each function's latest size, whatever the order of the reports", () => {
    const [report] = sampleReports();
    const older = { ...report!, memorySizeMB: 512, timeMs: report!.timeMs - 1 };
    for (const order of [
      [report!, older],
      [older, report!],
    ]) {
      const recording = new Recording(MS_PER_DAY, "auto");
      for (const one of order) recording.add(one);
      assert.equal(recording.observed.get(report!.functionArn)?.memorySizeMB, report!.memorySizeMB);
    }
  });
});
