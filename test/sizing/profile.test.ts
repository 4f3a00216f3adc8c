/** What the profile keeps of a function's figures. */
import assert from "node:assert/strict";
import { omit } from "../../runtime/updater/omit";
import { cpuMeanMs, meanMs, relativeError } from "../../runtime/sizing/measured";
import {
  emptyProfile,
  measuredSizes,
  profileSchema,
  SIZES_KEPT,
  withChangeFrom,
  withCode,
  withJudged,
  withObservation,
  type Profile,
} from "../../runtime/sizing/profile";
import { endOfDay, measured, observation } from "./figures";

const after = (...observations: ReturnType<typeof observation>[]): Profile =>
  observations.reduce(withObservation, emptyProfile());

describe("a function's profile", () => {
  it("keeps each size's own figures", () => {
    const profile = after(
      observation({ cpuMs: 30 }),
      observation({ day: 1, cpuMs: 30 }),
      observation({ day: 2, memorySizeMB: 512, meanMs: 150 }),
    );
    const [large, small] = measuredSizes(profile);
    assert.deepEqual([large!.memorySizeMB, meanMs(large!), cpuMeanMs(large!)], [1_024, 100, 30]);
    assert.deepEqual([small!.memorySizeMB, meanMs(small!), cpuMeanMs(small!)], [512, 150, undefined]);
  });

  it("counts a bucket once, however often and late it comes", () => {
    const profile = after(observation(), observation({ day: 1 }));
    assert.equal(withObservation(profile, observation({ day: 1 })), profile);
    assert.equal(withObservation(profile, observation()), profile);
  });

  it("leaves out what has no invocations or no duration", () => {
    const empty = emptyProfile();
    assert.equal(withObservation(empty, observation({ invocations: 0 })), empty);
    assert.equal(withObservation(empty, observation({ meanMs: 0 })), empty);
  });

  it("lets figures count half as much after 30 days, so that newer ones decide", () => {
    const profile = after(
      observation({ meanMs: 100 }),
      observation({ day: 1, meanMs: 100 }),
      observation({ day: 31, meanMs: 200 }),
    );
    // Two buckets of 100 ms, about half of each left, and one of 200 ms.
    assert.ok(Math.abs(meanMs(measuredSizes(profile)[0]!) - 150) < 1);
    const yearsLater = after(observation({ meanMs: 100 }), observation({ day: 1_000, meanMs: 200 }));
    assert.ok(
      meanMs(measuredSizes(yearsLater)[0]!) > 100,
      "one old bucket never counts for more than it did",
    );
  });

  it("never forgets a size altogether, as long as the code is the same", () => {
    const profile = after(
      ...[0, 1, 2, 3].map((day) => observation({ day })),
      observation({ day: 2_000, memorySizeMB: 512 }),
    );
    const [old] = measuredSizes(profile);
    assert.ok(Math.abs(old!.buckets - 1) < 1e-6);
  });

  it("starts afresh with new code, except for the baseline", () => {
    const known = withChangeFrom(withCode(after(observation()), "a"), 2_048);
    assert.equal(withCode(known, "a"), known);
    assert.equal(withCode(known, undefined), known, "an unknown hash changes nothing");
    assert.deepEqual(withCode(known, "b"), { codeSha256: "b", baselineMB: 2_048, changes: 0, sizes: [] });
    assert.equal(withCode(after(observation()), "a").sizes.length, 1, "the first hash is not new code");
  });

  it("keeps only the newest bucket for new code, if the code is older than that bucket", () => {
    const days = [0, 1, 2].map((day) =>
      observation({ day, meanMs: 100 + day, windowStart: endOfDay(day - 1) }),
    );
    const known = withCode(after(...days), "a");
    const [size, ...others] = withCode(known, "b", Date.parse(endOfDay(1))).sizes;
    assert.deepEqual([meanMs(size!), size!.buckets, others.length], [102, 1, 0]);
    assert.deepEqual(withCode(known, "b", Date.parse(endOfDay(1)) + 1).sizes, []);
    assert.deepEqual(known, profileSchema.parse(known));
  });

  it("keeps the first change's size as the baseline", () => {
    const profile = withChangeFrom(withChangeFrom(emptyProfile(), 2_048), 1_024);
    assert.deepEqual([profile.baselineMB, profile.changes], [2_048, 2]);
  });

  it("stays small, and keeps the sizes with the most behind them, the baseline and the newest", () => {
    let profile = withChangeFrom(after(observation({ memorySizeMB: 3_000 })), 3_000);
    for (let i = 0; i < 60; i += 1) {
      const spread = { invocations: 123_457, meanMs: 1_234.567_891, cpuMs: 345.678_912 };
      profile = withObservation(profile, observation({ day: i + 1, memorySizeMB: 128 + i, ...spread }));
    }
    assert.equal(profile.sizes.length, SIZES_KEPT);
    const kept = profile.sizes.map(({ memorySizeMB }) => memorySizeMB);
    assert.ok(kept.includes(3_000) && kept.includes(187));
    assert.ok(JSON.stringify(profile).length < 3_000, `${JSON.stringify(profile).length} bytes`);
    assert.deepEqual(profileSchema.parse(JSON.parse(JSON.stringify(profile))), profile);
  });

  it("learns nothing from outside causes", () => {
    const sizes = [observation({ day: 0 }), observation({ day: 1, memorySizeMB: 512, meanMs: 300 })];
    const profile = after(...sizes);
    const before = measuredSizes(profile);
    const slow = observation({ day: 2, meanMs: 300 });
    const slowAndSmall = observation({ day: 2, memorySizeMB: 512, meanMs: 300 });
    const down = { fromMB: 1_024, toMB: 512, before };
    const takenBack = { fromMB: 512, toMB: 1_024, before };
    for (const verdict of ["none", "harm"] as const) {
      const learnt = withJudged(profile, slow, down, { verdict });
      assert.deepEqual(learnt, withObservation(profile, slow));
    }
    assert.equal(withJudged(profile, slowAndSmall, down, { verdict: "outside" }), profile);
    const forgotten = withJudged(withObservation(profile, slow), slow, takenBack, { verdict: "outside" });
    assert.deepEqual(
      forgotten.sizes.map(({ memorySizeMB, durationMs, invocations }) => [
        memorySizeMB,
        durationMs / invocations,
      ]),
      [[1_024, 100]],
    );
  });
});

describe("the error of a mean duration", () => {
  it("shrinks with invocations, and with days", () => {
    const of = (fields: Parameters<typeof measured>[0], days: number) =>
      relativeError(measured(fields, days));
    // 100 invocations that scatter by 100%: 10%; one day: another 5%.
    assert.ok(Math.abs(of({ invocations: 100, spread: 1 }, 1) - Math.hypot(0.1, 0.05)) < 1e-9);
    assert.ok(of({ invocations: 1e6, spread: 1 }, 1) > 0.049, "a million of one day are still one day");
    assert.ok(of({ invocations: 1_000 }, 14) < 0.01);
  });

  it("uses the days' own scatter, once there are some", () => {
    const days = [80, 120, 80, 120, 80, 120, 80, 120].map((meanMs, day) =>
      observation({ day, meanMs, invocations: 1e6 }),
    );
    const [size] = measuredSizes(after(...days));
    // 20% between eight days are 7% of their mean.
    assert.ok(Math.abs(relativeError(size!) - 0.2 / Math.sqrt(8)) < 0.01);
  });

  it("assumes that durations scatter by their whole mean if the squares aren't known", () => {
    const unknown = omit(observation({ invocations: 100 }), "durationSquaredMs2");
    const [size] = measuredSizes(after(unknown));
    assert.ok(Math.abs(relativeError(size!) - Math.hypot(0.1, 0.05)) < 1e-9);
  });
});
