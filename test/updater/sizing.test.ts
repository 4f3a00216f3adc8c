/**
 * Sizes that pay, in the updater's decisions: what they are based on, what overrides them, and how they are taken back.
 */
import assert from "node:assert/strict";
import { UpdatedFunction } from "../../bench/sizing/updater";
import type { Observation, Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { readHistory } from "../../runtime/updater/history-item";
import type { Decision } from "../../runtime/updater/outcome";
import { observation, recommendation } from "./recommendations";

const START_MS = Date.parse("2026-01-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;

interface Day extends Partial<Observation> {
  readonly meanMs?: number;
  /** CPU time of an invocation, in ms; undefined for none. */
  readonly cpuEachMs?: number | undefined;
}

/**
 * A function's days, one after another, each by default with 1,000 invocations of 313 ms, of which 117 ms are CPU time.
 */
class Story {
  readonly updated: UpdatedFunction;
  private days = 0;

  constructor(settings: Record<string, string | number> = {}, memorySizeMB = 1_024) {
    this.updated = new UpdatedFunction(parseSettings(settings), memorySizeMB, START_MS - 100 * MS_PER_DAY);
  }

  get size(): number {
    return this.updated.live.memorySizeMB;
  }

  get last(): Decision {
    return this.updated.decisions.at(-1)!;
  }

  get reason(): string {
    return this.last.action === "wait" ? "wait" : this.last.reason;
  }

  /** The observation of the day that has just ended. */
  observation({ meanMs = 313, cpuEachMs = 117, ...fields }: Day = {}): Observation {
    const { cpuMs, cpuDurationMs, ...day } = observation({
      memorySizeMB: this.size,
      windowStart: iso(this.days - 1),
      windowEnd: iso(this.days),
      invocations: 1_000,
      durationMs: 1_000 * meanMs,
      durationSquaredMs2: Math.round(1_000 * meanMs ** 2 * 1.04),
      cpuMs: Math.round(1_000 * cpuEachMs),
      cpuDurationMs: 1_000 * meanMs,
      ...fields,
    });
    return Number.isNaN(cpuEachMs) ? day : { ...day, cpuMs, cpuDurationMs };
  }

  day(fields?: Day, deliveries = 1): this {
    this.days += 1;
    const record = this.observation(fields);
    for (let i = 0; i < deliveries; i += 1) this.updated.observed(record, this.nowMs);
    return this;
  }

  twoWeeks(fields?: Day): this {
    for (let i = 0; i < 14; i += 1) this.day(fields);
    return this;
  }

  /** The window of the last two weeks closes. */
  window(fields: Partial<Recommendation> = {}): this {
    this.updated.recommended(
      recommendation({
        memorySizeMB: this.size,
        recommendedMemorySizeMB: 259,
        peakMB: 130,
        windowStart: iso(this.days - 14),
        windowEnd: iso(this.days),
        ...fields,
      }),
      this.nowMs,
    );
    return this;
  }

  /** The owner tags the function, or deploys it. */
  set(fields: Partial<UpdatedFunction["live"]>): this {
    this.updated.live = { ...this.updated.live, ...fields };
    return this;
  }

  private get nowMs(): number {
    return Date.parse(iso(this.days)) + HOUR_MS;
  }
}

function iso(days: number): string {
  return new Date(START_MS + days * MS_PER_DAY).toISOString();
}

const NO_CPU: Day = { cpuEachMs: NaN };

describe("the judge, with sizes that pay", () => {
  it("stops at the limit, and lets memory alone decide if it is off", () => {
    assert.equal(new Story().twoWeeks().window().size, 753);
    assert.equal(new Story({ maxSlowdown: "off" }).twoWeeks().window().size, 512);
    const { size } = new Story({ maxSlowdown: 1 }).twoWeeks().window();
    assert.ok(size >= 512 && size < 530, "as cheap, to three parts in a thousand");
  });

  it("assumes the worst case if nothing is known about durations", () => {
    assert.equal(new Story().twoWeeks(NO_CPU).window().size, 826);
    // A job of an earlier version: no observations, and no sums in the window.
    const old = new Story();
    for (let i = 0; i < 14; i += 1) old.day({ invocations: 1, durationMs: 0 });
    assert.equal(old.window().size, 826);
    assert.equal(old.updated.history.profile!.sizes.length, 0);
  });

  it("learns from a window's own sums without observations", () => {
    const story = new Story();
    for (let i = 0; i < 14; i += 1) story.day({ invocations: 1, durationMs: 0 });
    const atMemorySize = story.observation({
      invocations: 14_000,
      durationMs: 14_000 * 313,
      cpuMs: 14_000 * 117,
      cpuDurationMs: 14_000 * 313,
    });
    assert.equal(story.window({ atMemorySize }).size, 753);
  });

  it("goes on with an item of an earlier version, which has no profile", () => {
    const story = new Story({}, 512);
    story.updated.history = readHistory({
      functionName: "benched",
      memorySizeMB: 512,
      originalMemorySizeMB: 1_024,
      changes: [
        {
          at: iso(-20),
          from: 1_024,
          to: 512,
          reason: "window",
          windowStart: iso(-34),
          windowEnd: iso(-20),
          sequenceNumber: "",
          revisionId: "before",
        },
      ],
      needs: [],
      revision: 3,
    });
    story.twoWeeks({ meanMs: 515 }).window();
    assert.deepEqual([story.size, story.reason], [512, "would-be-slower"], "than at 1,024 MB");
  });

  it("says why it leaves a function alone: it would be slower, or save too little", () => {
    const busy = new Story().twoWeeks({ cpuEachMs: 180 }).window();
    assert.deepEqual([busy.size, busy.reason], [1_024, "saves-too-little"]);
    const nearly = new Story({ maxSlowdown: 0.05 }).twoWeeks().window();
    assert.deepEqual([nearly.size, nearly.reason], [1_024, "would-be-slower"]);
    assert.ok(nearly.last.action === "skip");
    assert.equal(nearly.last.forecast!.toMB, 512);
    assert.ok(nearly.last.forecast!.slowdown.expected > 1.6);
    assert.ok(Math.abs(nearly.last.liveMs! - 313) < 0.5);
    // An objection to the memory's size comes first.
    assert.equal(
      new Story({ minChange: "600MB" }).twoWeeks({ cpuEachMs: 180 }).window().reason,
      "small-change",
    );
  });

  it("lets the owner's tag override the limit, and reports an invalid tag", () => {
    const tagged = (value: string) =>
      new Story()
        .set({ tags: { "memory-optimizer:max-slowdown": value } })
        .twoWeeks()
        .window();
    assert.equal(tagged("off").size, 512);
    assert.equal(tagged("0.05").reason, "would-be-slower");
    assert.ok(tagged("1").size < 530);
    const unknown = tagged("25%");
    assert.equal(unknown.size, 753, "the stack's counts");
    assert.ok(unknown.last.action === "apply");
    assert.match(
      unknown.last.detail!,
      /^the tag memory-optimizer:max-slowdown is "25%"; it must be off or a number/,
    );
  });

  it("starts afresh with new code, keeps the baseline, and watches no longer", () => {
    const story = new Story().twoWeeks().window().day({ meanMs: 386 });
    assert.ok(story.updated.history.watch?.since);
    story.set({ codeSha256: "new code" }).day({ meanMs: 900, cpuEachMs: 500 });
    const { profile, watch } = story.updated.history;
    assert.equal(watch, undefined);
    assert.deepEqual([profile!.codeSha256, profile!.baselineMB, profile!.changes], ["new code", 1_024, 0]);
    assert.deepEqual(
      profile!.sizes.map(({ memorySizeMB }) => memorySizeMB),
      [753],
    );
    assert.equal(story.size, 753, "slower code is not the change's harm");

    // Code that was deployed unseen, because nobody looks between windows while no change is watched.
    const deployed = (day: number) => {
      const window = new Story().twoWeeks();
      const atMemorySize = window.observation();
      const lastModifiedMs = Date.parse(iso(day));
      return window.set({ codeSha256: "new code", lastModifiedMs }).window({ atMemorySize }).size;
    };
    assert.equal(deployed(13.5), 826, "nothing is known about it");
    assert.equal(deployed(13), 753, "the last day is all its own");
  });

  it("shows a faster size in recommend mode, and sets it only if it may cost something", () => {
    const busy: Day = { cpuEachMs: 180 };
    const shown = new Story({ updateMode: "recommend" }).twoWeeks(busy).window().last;
    assert.ok(shown.action === "skip");
    assert.ok(shown.speedUp!.toMB > 1_500, JSON.stringify(shown.speedUp));
    assert.ok(shown.speedUp!.duration.expected < 0.7);
    const kept = new Story().twoWeeks(busy).window().last;
    assert.ok(kept.action === "skip" && kept.speedUp === undefined);
    const faster = new Story({ speedUpCost: 0.1 }).twoWeeks(busy).window();
    assert.equal(faster.reason, "faster");
    assert.ok(faster.size > 1_500 && faster.size <= 1_769, String(faster.size));
  });
});

describe("an observation of a change", () => {
  const changed = (settings = {}) => new Story(settings).twoWeeks().window();

  it("is kept once, however often it is delivered", () => {
    const once = changed().day({ meanMs: 386 }, 1).updated.history;
    const often = changed().day({ meanMs: 386 }, 5).updated.history;
    assert.equal(often.watch!.buckets, 1);
    assert.deepEqual([often.profile, often.watch], [once.profile, once.watch]);
  });

  it("takes it back if it is too slow, without a hold, and doesn't go there again", () => {
    const story = changed().day({ meanMs: 700, cpuEachMs: 300 });
    assert.equal(story.reason, "regression");
    assert.ok(story.size > 753 && story.size <= 1_024);
    assert.equal(story.updated.history.hold, undefined);
    for (let window = 0; window < 4; window += 1) {
      story.twoWeeks({ meanMs: 313, cpuEachMs: 130 }).window();
      assert.ok(story.size > 753, `${story.size} MB after window ${window}`);
    }
  });

  it("takes it back and holds the function if failures rose or memory ran out", () => {
    for (const [harm, fields] of [
      ["it ran out of memory at 753 MB", { outOfMemory: 1 }],
      ["errors rose at 753 MB", { errors: 50 }],
      ["timeouts rose at 753 MB", { timeouts: 50 }],
    ] as const) {
      const story = changed().day({ meanMs: 386, ...fields });
      assert.equal(story.size, 1_024, harm);
      const { hold } = story.updated.history;
      assert.equal(hold?.reason, harm);
      assert.ok(hold.until);
      assert.equal(story.twoWeeks().window().reason, "held");
    }
  });

  it("holds a function that got more expensive if durations don't decide, because memory would ask for it again", () => {
    const story = changed({ maxSlowdown: "off" });
    assert.equal(story.size, 512);
    story.day({ meanMs: 1_000, cpuEachMs: 280 });
    assert.equal(story.size, 1_024);
    assert.match(
      story.updated.history.hold!.reason,
      /^an invocation costs \d+% more than before the first change$/,
    );
  });

  it("changes nothing in recommend mode, if held, for another version or if opted out", () => {
    const slow: Day = { meanMs: 700, cpuEachMs: 300 };
    const after = (set: (story: Story) => void, day = slow) => {
      const story = changed();
      set(story);
      story.day(day);
      return [story.size, story.reason];
    };
    assert.deepEqual(
      after((story) => story.set({ tags: { "memory-optimizer": "recommend" } })),
      [753, "recommend-mode"],
    );
    assert.deepEqual(
      after((story) => story.set({ tags: { "memory-optimizer": "off" } })),
      [753, "opted-out"],
    );
    assert.deepEqual(
      after((story) => {
        story.updated.history = { ...story.updated.history, hold: { since: iso(15), reason: "rolled back" } };
      }),
      [753, "held"],
    );
    assert.deepEqual(
      after(() => undefined, { ...slow, functionVersion: "7" }),
      [753, "other-version"],
    );
    assert.deepEqual(
      after((story) => story.set({ memorySizeMB: 640 }), { ...slow, memorySizeMB: 753 }),
      [640, "measured-at-another-size"],
    );
  });

  it("says nothing about a change once three windows are over", () => {
    const story = changed();
    for (let day = 0; day < 42; day += 1) story.day({ meanMs: 386 });
    assert.equal(story.updated.history.watch, undefined);
    assert.equal(story.day({ meanMs: 900, cpuEachMs: 400 }).reason, "observed");
  });

  it("believes no size that the function never had, and keeps few of them", () => {
    const story = new Story();
    for (let size = 200; size < 1_000; size += 50)
      story.day({ memorySizeMB: size, meanMs: 100, cpuEachMs: 0 });
    assert.ok(story.updated.history.profile!.sizes.length <= 3);
    story.twoWeeks({ cpuEachMs: 180 }).window();
    assert.equal(story.reason, "saves-too-little", "the forged sizes would have made it go down");
    story.twoWeeks().window();
    for (const { memorySizeMB } of story.updated.history.watch?.before ?? [])
      assert.equal(memorySizeMB, 1_024);
  });

  it("stays within what numbers can hold, whatever it claims", () => {
    const story = changed();
    for (const fields of [
      {
        invocations: Number.MAX_SAFE_INTEGER,
        durationMs: Number.MAX_SAFE_INTEGER * 3_600_000,
        durationSquaredMs2: Number.MAX_SAFE_INTEGER,
      },
      { cpuMs: Number.MAX_SAFE_INTEGER, cpuDurationMs: 1e-300 },
      { durationMs: 1e-300, durationSquaredMs2: 0, cpuMs: 0, cpuDurationMs: 0 },
    ]) {
      story.day(fields).window();
      assert.ok(Number.isInteger(story.size) && story.size >= 259 && story.size <= 1_024, String(story.size));
      assert.ok(!JSON.stringify(story.updated.history).includes("null"), "neither NaN nor Infinity");
    }
  });
});
