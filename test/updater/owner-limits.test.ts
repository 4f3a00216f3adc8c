/** Limits that a function's owner sets with tags: their effect on each kind of change, and on invalid values. */
import assert from "node:assert/strict";
import { parseSettings } from "../../runtime/settings";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { emptyHistory, type History } from "../../runtime/updater/history-item";
import { judge } from "../../runtime/updater/judge";
import { takeBack } from "../../runtime/updater/take-back";
import { liveFunction } from "../support/live-function";
import { functionArn, observation, recommendation } from "./recommendations";

const NOW_MS = Date.parse("2026-01-15T01:00:00.000Z");

type Tags = Partial<Record<"min" | "max" | "max-slowdown", string>>;

interface Asked {
  readonly tags: Tags;
  readonly fields?: Parameters<typeof recommendation>[0];
  readonly settings?: Record<string, string | number>;
  readonly memorySizeMB?: number;
}

function asked({ tags, fields = {}, settings = {}, memorySizeMB = 1_024 }: Asked) {
  return {
    recommendation: recommendation({ memorySizeMB, ...fields }),
    sequenceNumber: "2",
    live: liveFunction({
      functionArn: functionArn("checkout"),
      memorySizeMB,
      tags: Object.fromEntries(
        Object.entries(tags).map(([name, value]) => [`memory-optimizer:${name}`, value]),
      ),
    }),
    history: emptyHistory("checkout"),
    settings: parseSettings({ maxSlowdown: "off", ...settings }),
    enrolment: NO_ENROLMENT,
    nowMs: NOW_MS,
  };
}

/** `window 600`, or the reason to skip, with the detail about the tags. */
function decide(of: Asked): [decision: string, detail?: string] {
  const verdict = judge(asked(of));
  assert.ok(verdict.action !== "wait");
  const { action, reason, to, detail } = verdict;
  const decision = action === "apply" ? `${reason} ${to}` : reason;
  return detail === undefined ? [decision] : [decision, detail];
}

const pressure = { reason: "memory-pressure", outOfMemory: 1, recommendedMemorySizeMB: 1_280 } as const;

describe("An owner's tags", () => {
  it("keep the function at its smallest size or above", () => {
    assert.deepEqual(decide({ tags: {} }), ["window 600"]);
    assert.deepEqual(decide({ tags: { min: "800" } }), ["window 800"]);
    assert.deepEqual(decide({ tags: { min: "1024" } }), ["no-change"]);
    assert.deepEqual(decide({ tags: { min: "512" } }), ["window 600"]);
    assert.deepEqual(decide({ tags: { min: "1500" } }), ["window 1500"], "up to it at the next window");
  });

  it("keep the function at its largest size or below, also for memory pressure and changes taken back", () => {
    assert.deepEqual(decide({ tags: { max: "550" } }), ["window 550"]);
    assert.deepEqual(decide({ tags: { max: "300" }, fields: { peakMB: 250 } }), ["window 300"]);
    assert.deepEqual(decide({ tags: { max: "300" } }), ["out-of-bounds"], "its peak was 510");
    assert.deepEqual(decide({ tags: {}, fields: pressure }), ["memory-pressure 1280"]);
    assert.deepEqual(decide({ tags: { max: "1100" }, fields: pressure }), ["memory-pressure 1100"]);
    assert.deepEqual(decide({ tags: { max: "1024" }, fields: pressure }), ["out-of-bounds"]);
    assert.deepEqual(decide({ tags: { max: "1280" }, fields: { recommendedMemorySizeMB: 1_400 } }), [
      "window 1280",
    ]);
  });

  it("cap the size that an observation restores", () => {
    const backTo = (tags: Tags) => {
      const { live, settings, enrolment, nowMs } = asked({ tags, memorySizeMB: 600 });
      const history: History = {
        ...emptyHistory("checkout"),
        memorySizeMB: 600,
        originalMemorySizeMB: 1_024,
        changes: [
          {
            at: "2026-01-12T01:00:00.000Z",
            from: 1_024,
            to: 600,
            reason: "window",
            windowStart: "2025-12-29T00:00:00.000Z",
            windowEnd: "2026-01-12T00:00:00.000Z",
            sequenceNumber: "1",
            revisionId: "before",
          },
        ],
        watch: { before: [], buckets: 0 },
      };
      const harmful = observation({ memorySizeMB: 600, outOfMemory: 3, peakMB: 600 });
      const decision = takeBack({
        observation: harmful,
        sequenceNumber: "3",
        live,
        history,
        settings,
        enrolment,
        nowMs,
      });
      return decision.action === "apply" ? decision.to : decision.action === "skip" && decision.reason;
    };
    assert.equal(backTo({}), 1_024);
    assert.equal(backTo({ max: "700" }), 700);
    assert.equal(backTo({ max: "600" }), "no-change");
  });

  it("narrow the stack's bounds, and never widen them", () => {
    const settings = { minMemoryMB: 512, maxMemoryMB: 2_048 };
    assert.deepEqual(decide({ tags: { min: "128", max: "4096" }, settings }), ["window 600"]);
    assert.deepEqual(decide({ tags: { min: "3000" }, settings }), [
      "window 2048",
      "the tag memory-optimizer:min is 3000; maxMemoryMB, which is 2048, applies",
    ]);
    assert.deepEqual(decide({ tags: { max: "256" }, settings, fields: { peakMB: 200 } }), [
      "window 512",
      "the tag memory-optimizer:max is 256; minMemoryMB, which is 512, applies",
    ]);
  });

  const size = "it must be a whole number from 128 to 10240";
  const larger = { recommendedMemorySizeMB: 1_400 };
  it("are reported as invalid, and an invalid minimum keeps the function from being made smaller", () => {
    const detail = `the tag memory-optimizer:min is "1 GB"; ${size}, so the function isn't made smaller`;
    assert.deepEqual(decide({ tags: { min: "1 GB" } }), ["no-change", detail]);
    assert.deepEqual(decide({ tags: { min: "1 GB" }, fields: larger }), ["window 1400", detail]);
    assert.deepEqual(
      decide({ tags: { min: "1 GB", max: "600" } }),
      ["no-change", detail],
      "not by the maximum either",
    );
    assert.deepEqual(decide({ tags: { min: "" } })[0], "no-change");
    assert.deepEqual(decide({ tags: { min: "64" } })[0], "no-change");
  });

  it("are reported as invalid, and an invalid maximum leaves room to grow", () => {
    const detail = `the tag memory-optimizer:max is "20000"; ${size}, so maxMemoryMB, which is 10240, applies`;
    assert.deepEqual(decide({ tags: { max: "20000" } }), ["window 600", detail]);
    assert.deepEqual(decide({ tags: { max: "20000" }, fields: pressure }), ["memory-pressure 1280", detail]);
  });

  it("don't apply if they contradict each other, and the function isn't made smaller", () => {
    const tags = { min: "700", max: "500" };
    const detail =
      "the tag memory-optimizer:min is 700, which is more than 500, the tag memory-optimizer:max, so neither applies and the function isn't made smaller";
    assert.deepEqual(decide({ tags }), ["no-change", detail]);
    assert.deepEqual(decide({ tags, fields: pressure }), ["memory-pressure 1280", detail]);
  });

  it("are all reported as invalid in one line", () => {
    const [, detail = ""] = decide({ tags: { min: "a", max: "b", "max-slowdown": "c" } });
    assert.deepEqual(detail.match(/the tag memory-optimizer:[a-z-]+ is "[abc]"/g), [
      'the tag memory-optimizer:min is "a"',
      'the tag memory-optimizer:max is "b"',
      'the tag memory-optimizer:max-slowdown is "c"',
    ]);
  });
});
