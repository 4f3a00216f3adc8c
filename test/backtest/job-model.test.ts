import assert from "node:assert/strict";
import type { TelemetryRecord } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { expectedRecommendations } from "../../local/model/job";
import { FROM_MS, recordOf } from "../support/telemetry";

type Use = Pick<TelemetryRecord, "memorySizeMB" | "maxMemoryUsedMB"> & Partial<TelemetryRecord>;

/** The window's size, in MB, of a function that reports once a day. */
function sizeMB(days: readonly Use[], values: Parameters<typeof parseSettings>[0]): number | undefined {
  const windowMs = 14 * MS_PER_DAY;
  const startMs = Math.ceil(FROM_MS / windowMs) * windowMs;
  const telemetry = days.map((use, day) => recordOf("by-hand", startMs + day * MS_PER_DAY, use));
  return expectedRecommendations(telemetry, parseSettings(values)).find(({ reason }) => reason === "window")
    ?.recommendedMemorySizeMB;
}

describe("the model of the Flink job", () => {
  const peaks = [300, 310, 305, 620, 298];
  const free = peaks.map((maxMemoryUsedMB) => ({ memorySizeMB: 1_024, maxMemoryUsedMB }));

  it("computes the same sizes as docs/sizing.md by hand", () => {
    assert.equal(sizeMB(free, { sizing: "average" }), 467);
    assert.equal(sizeMB(free, {}), 713);
    assert.equal(sizeMB(free, { sizing: "peak" }), 713);
    assert.equal(sizeMB(free, { sizing: "percentile" }), 642);
  });

  it("treats a peak at the cap as a lower bound, like docs/sizing.md by hand", () => {
    const capped = free.map((use) =>
      use.maxMemoryUsedMB === 620 ? { memorySizeMB: 620, maxMemoryUsedMB: 620, outOfMemory: 1 } : use,
    );
    assert.equal(sizeMB(capped, {}), 775);
    assert.equal(sizeMB(capped, { pressureStep: 0, bufferMB: 0 }), 713);
    assert.equal(sizeMB(capped, { sizing: "average", pressureStep: 0, bufferMB: 0 }), 620);
    const thirteenDays = Array.from({ length: 13 }, () => ({ memorySizeMB: 512, maxMemoryUsedMB: 512 }));
    const grown = [...thirteenDays, { memorySizeMB: 2_048, maxMemoryUsedMB: 1_500 }];
    assert.equal(sizeMB(grown, { sizing: "average" }), 1_600);
    assert.equal(sizeMB(thirteenDays, { sizing: "percentile", sizingPercentile: 50, pressureStep: 0 }), 612);
  });
});
