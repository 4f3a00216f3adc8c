import assert from "node:assert/strict";
import { inputLines } from "../../bench/generate-input";
import { toReport } from "../../local/input/fields";
import { SAMPLE_DAYS, SAMPLE_START_MS, sampleReports } from "./sample-reports";
import { MS_PER_DAY } from "../../runtime/duration";
import { readText } from "./input-files";

describe("the sample fleet", () => {
  const reports = [...sampleReports()];
  const of = (functionName: string) => reports.filter((report) => report.functionName === functionName);
  const dayOf = ({ timeMs }: { timeMs: number }) => Math.floor((timeMs - SAMPLE_START_MS) / MS_PER_DAY);

  it("is the same every time", () => {
    assert.deepEqual([...sampleReports()], reports);
  });

  it("has at least 12 functions over two whole 14-day windows", () => {
    assert.ok(new Set(reports.map(({ functionName }) => functionName)).size >= 12);
    assert.equal(SAMPLE_DAYS, 28);
    assert.equal((SAMPLE_START_MS / MS_PER_DAY) % 14, 0);
    assert.deepEqual(
      [...new Set(reports.map(dayOf))].sort((a, b) => a - b),
      Array.from({ length: 28 }, (_, day) => day),
    );
  });

  it("has only reports that the input's checks accept", () => {
    for (const { timeMs, ...report } of reports) {
      const read = toReport({ ...report, time: timeMs });
      assert.equal(read.functionArn, report.functionArn);
      assert.equal(read.maxMemoryUsedMB, report.maxMemoryUsedMB);
    }
  });

  it("has a weekend-only function, one that is always at its cap and one that grows", () => {
    const weekdays = of("weekend-promotions").map(({ timeMs }) => new Date(timeMs).getUTCDay());
    assert.deepEqual([...new Set(weekdays)].sort(), [0, 6]);

    const importer = of("csv-importer");
    for (let day = 0; day < SAMPLE_DAYS; day++) {
      const peak = Math.max(...importer.filter((r) => dayOf(r) === day).map((r) => r.maxMemoryUsedMB));
      assert.equal(peak, importer[0]!.memorySizeMB);
    }
    assert.ok(importer.some(({ errorType }) => errorType === "Runtime.OutOfMemory"));

    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const used = (from: number, to: number) =>
      mean(
        of("recommendation-cache")
          .filter((r) => dayOf(r) >= from && dayOf(r) < to)
          .map((r) => r.maxMemoryUsedMB),
      );
    assert.ok(used(21, 28) > used(0, 7) * 1.5);
  });
});

describe("the benchmark's input", () => {
  const size = { reports: 2_000, functions: 100, days: 28 };

  it("is CSV in time order, with all rows usable, and as many functions and days as requested", async () => {
    const { reports, summary } = await readText([...inputLines(size)].join(""));
    assert.deepEqual([summary.used, summary.rejected], [2_000, 0]);
    assert.equal(new Set(reports.map(({ functionName }) => functionName)).size, 100);
    assert.equal(new Set(reports.map(({ timeMs }) => Math.floor(timeMs / MS_PER_DAY))).size, 28);
    assert.ok(reports.every(({ timeMs }, i) => i === 0 || timeMs >= reports[i - 1]!.timeMs));
  });

  it("is the same every time", () => {
    assert.deepEqual([...inputLines(size)], [...inputLines(size)]);
  });
});
