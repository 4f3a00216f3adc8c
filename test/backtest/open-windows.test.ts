import assert from "node:assert/strict";
import fc from "fast-check";
import { OpenWindows } from "../../local/model/open-windows";
import { windowsOf } from "../../local/model/windows";
import { parseSettings } from "../../runtime/settings";
import { recordOf } from "../support/telemetry";

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);

const SETTINGS = [
  { windowType: "tumbling", windowLength: "2d" },
  { windowType: "sliding", windowLength: "3d" },
  { windowType: "sliding", windowLength: "12h", slide: "6h", bucketLength: "6h" },
  { windowType: "session", sessionGap: "20h" },
  { windowType: "session", sessionGap: "6h" },
  { windowType: "per-function", windowLength: "2d" },
  { windowType: "per-function", windowLength: "6h", bucketLength: "1h" },
] as const;

describe("windows that close as event time moves on", () => {
  for (const values of SETTINGS) {
    it(`are those of the whole telemetry: ${JSON.stringify(values)}`, () => {
      const settings = parseSettings(values);
      const hours = fc.uniqueArray(fc.integer({ min: 0, max: 30 * 24 }), { minLength: 1, maxLength: 60 });
      fc.assert(
        fc.property(hours, fc.integer({ min: 1, max: 40 }), (atHours, stepHours) => {
          const records = atHours
            .sort((a, b) => a - b)
            .map((hour) =>
              recordOf("one", START_MS + hour * HOUR_MS, { memorySizeMB: 512, maxMemoryUsedMB: 100 }),
            );
          const key = ({ startMs, endMs, records }: ReturnType<typeof windowsOf>[number]) =>
            `${startMs} ${endMs} ${records.map(({ lastReportAt }) => lastReportAt).join(" ")}`;
          const open = new OpenWindows(settings);
          const closed: string[] = [];
          for (let fromHour = 0, next = 0; fromHour < 60 * 24; fromHour += stepHours) {
            // Between two hours: a record at the moment when a session ends would still be part of it.
            const untilMs = START_MS + (fromHour + stepHours + 0.5) * HOUR_MS;
            for (; next < records.length && Date.parse(records[next]!.lastReportAt) < untilMs; next++) {
              open.add(records[next]!);
            }
            closed.push(...open.pass(untilMs).map(key));
          }
          assert.deepEqual(closed.sort(), windowsOf(records, settings).map(key).sort());
        }),
      );
    });
  }
});
