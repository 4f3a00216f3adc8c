/** The same measurements by the layer and by logs: the sizes must be the same. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Report } from "../../local/input/report";
import { toPlatformReport } from "../../local/input/report";
import type { Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { LOG_PREFIXES, reportLine, WHOLE_FORMATS } from "./formats";
import { run } from "./run-main";
import { sampleReports } from "./sample-reports";

interface Result {
  readonly recommendations: Recommendation[];
  readonly updates: unknown[];
}

describe("npm start --via", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "via-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  async function result(
    name: string,
    input: string,
    ...options: string[]
  ): Promise<Result & { stderr: string }> {
    const file = path.join(directory, name);
    fs.writeFileSync(file, input);
    const json = `${file}.json`;
    const { status, stderr } = await run(["--input", file, "--json", json, ...options]);
    assert.equal(status, 0, stderr);
    return { ...(JSON.parse(fs.readFileSync(json, "utf8")) as Result), stderr };
  }

  it("sizes functions the same by their logs as by their layers", async () => {
    const reports = [...sampleReports()].filter(
      ({ functionName, timeMs }, i) =>
        ["checkout-api", "csv-importer"].includes(functionName) &&
        i % 4 === 0 &&
        timeMs % (14 * MS_PER_DAY) < 5 * MS_PER_DAY,
    );
    const csv = WHOLE_FORMATS.csv!(reports);
    const prefix = (report: Report) => `${LOG_PREFIXES.export!(report)}/aws/lambda/${report.functionName} `;
    const log = reports.map((report) => `${prefix(report)}${reportLine(report)}\n`).join("");
    const events = reports
      .map(({ functionName, ...report }) =>
        JSON.stringify({ functionName, ...toPlatformReport({ functionName, ...report }) }),
      )
      .join("\n");
    const layer = await result("layer.csv", csv, "--fold", "in-process");
    assert.ok(layer.recommendations.length > 4);
    for (const logs of [await result("lines.log", log), await result("events.jsonl", events)]) {
      assert.match(logs.stderr, /as a subscription to the functions' logs/);
      assert.deepEqual(windows(logs, "logs"), windows(layer, "layer"));
      assert.deepEqual(pressure(logs), pressure(layer));
      assert.deepEqual(new Set(logs.updates.map(applied)), new Set(layer.updates.map(applied)));
    }
  });
});

/** The windows' recommendations, without fields that only the layer knows or rounds. */
function windows({ recommendations }: Result, source: string): unknown[] {
  const ofWindows = recommendations.filter(({ reason }) => reason === "window");
  assert.ok(ofWindows.every((recommendation) => recommendation.source === source));
  return ofWindows
    .map(({ functionName, windowEnd, recommendedMemorySizeMB, activeDays, invocations, peakMB, errors }) => {
      return [
        functionName,
        windowEnd,
        recommendedMemorySizeMB,
        activeDays,
        invocations,
        peakMB,
        errors,
      ].join();
    })
    .sort();
}

/** The functions and sizes with memory pressure; the layer folds reports that the log delivers one by one. */
function pressure({ recommendations }: Result): unknown[] {
  return [
    ...new Set(
      recommendations
        .filter(({ reason }) => reason === "memory-pressure")
        .map(({ functionName, memorySizeMB, recommendedMemorySizeMB }) => {
          return `${functionName} ${memorySizeMB} ${recommendedMemorySizeMB}`;
        }),
    ),
  ].sort();
}

function applied(update: unknown): string {
  const { functionName, status, from, to } = update as Record<string, unknown>;
  return status === "applied" ? [functionName, from, to].join(" ") : "";
}
