/** The size that pays, reason by reason. */
import assert from "node:assert/strict";
import { chooseSize, fasterSize, sizeToGoBackTo, type SizeQuestion } from "../../runtime/sizing/choose-size";
import { durationModel } from "../../runtime/sizing/duration-model";
import { formulaMs, measured } from "./figures";

const at = (memorySizeMB: number, waitMs: number, cpuMs: number, { cpu = true, threads = 1 } = {}) =>
  measured({ memorySizeMB, meanMs: formulaMs(memorySizeMB, waitMs, cpuMs, threads), ...(cpu && { cpuMs }) });

const waiting = durationModel([at(1_024, 95, 5)]);
const busy = durationModel([at(1_024, 0, 40)]);
const mixed = durationModel([at(1_024, 60, 40)]);
const unknown = durationModel([at(1_024, 60, 40, { cpu: false })]);

function choose({
  limits = {},
  ...fields
}: Partial<Omit<SizeQuestion, "limits">> & { limits?: Partial<SizeQuestion["limits"]> } = {}) {
  const question = {
    floorMB: 200,
    ceilingMB: 10_240,
    liveMB: 1_024,
    baselineMB: 1_024,
    changes: 0,
    model: mixed,
    limits: { maxSlowdown: 0.25, minSaving: 0.05, speedUpCost: 0, ...limits },
    ...fields,
  };
  const { toMB, reason } = chooseSize(question);
  return `${reason} ${toMB}`;
}

describe("the choice of a size", () => {
  it("gives a function that waits the size that its memory needs", () => {
    assert.equal(choose({ model: waiting, floorMB: 600 }), "cheaper 600");
  });

  it("stops at the limit", () => {
    const [, size] = choose().split(" ");
    const slowdown = formulaMs(Number(size), 60, 40) / formulaMs(1_024, 60, 40);
    assert.ok(slowdown > 1.18 && slowdown <= 1.25, `${slowdown} at ${size} MB`);
  });

  it("leaves alone a function that a smaller size would only make slower", () => {
    assert.equal(choose({ model: busy }), "saves-too-little 1024");
    assert.equal(choose({ model: mixed, limits: { maxSlowdown: 0.02 } }), "would-be-slower 1024");
    assert.equal(choose({ model: waiting, floorMB: 1_000 }), "saves-too-little 1024");
  });

  it("takes a function without measurements no further than its limit allows in the worst case", () => {
    const [reason, size] = choose({ model: unknown }).split(" ");
    assert.equal(reason, "cheaper");
    assert.ok(Number(size) >= 1_024 / 1.25 && Number(size) < 1_024 / 1.2);
    assert.equal(
      choose({ model: durationModel([]) }),
      choose({ model: unknown }),
      "the same as one not measured",
    );
  });

  it("compares a second step with the first size, so that slowdowns don't add up", () => {
    const model = durationModel([at(1_024, 60, 40), at(640, 60, 40)]);
    const again = choose({ model, liveMB: 640 });
    assert.equal(again.split(" ")[1], "640", again);
  });

  it("gives more memory if that is needed, whatever the durations", () => {
    assert.equal(choose({ floorMB: 1_500 }), "memory 1500");
    assert.equal(choose({ floorMB: 1_024 }), "memory 1024");
  });

  it("looks at memory alone if maxSlowdown is off", () => {
    assert.equal(choose({ model: busy, floorMB: 300, limits: { maxSlowdown: "off" } }), "memory 300");
  });

  it("asks more of every change after the second", () => {
    const afterTwo = { model: waiting, floorMB: 950, changes: 2, baselineMB: 2_048 };
    assert.equal(choose({ ...afterTwo, changes: 1 }), "cheaper 950", "7% is enough for the second");
    assert.equal(choose(afterTwo), "saves-too-little 1024", "and not for the third");
  });

  it("goes back to the baseline if it got slower for nothing", () => {
    const tried = durationModel([1_024, 830].map((size) => at(size, 0, 40, { cpu: false })));
    assert.equal(choose({ model: tried, liveMB: 830, changes: 1 }), "back-to-baseline 1024");
    assert.equal(
      choose({ model: tried, liveMB: 830, changes: 1, ceilingMB: 1_000, floorMB: 820 }),
      "saves-too-little 830",
    );
    assert.equal(choose({ model: mixed, liveMB: 830, changes: 1, floorMB: 820 }), "saves-too-little 830");
  });

  it("goes up if faster is nearly free, and allowed", () => {
    assert.equal(choose({ model: busy }), "saves-too-little 1024");
    const faster = choose({ model: busy, limits: { speedUpCost: 0.1 } });
    assert.match(faster, /^faster 17\d\d$/, "toward one vCPU");
    assert.match(
      choose({ model: mixed, limits: { speedUpCost: 0.1 } }),
      /^cheaper/,
      "waiting doesn't need it",
    );
    const live = Number(faster.split(" ")[1]);
    const stays = choose({ model: busy, liveMB: live, changes: 1, limits: { speedUpCost: 0.1 } });
    assert.equal(stays, `saves-too-little ${live}`, "and doesn't come down again");
  });

  it("reports a faster size whatever the setting", () => {
    const question = { ceilingMB: 3_008, liveMB: 1_024, baselineMB: 1_024, changes: 0, model: busy };
    assert.equal(fasterSize(question, 0), undefined);
    assert.ok((fasterSize(question, 0.1) ?? 0) > 1_400);
    assert.equal(fasterSize({ ...question, ceilingMB: 1_100 }, 0.1), undefined, "10% faster is not 20%");
    const above = { ...question, ceilingMB: 1_000 };
    assert.equal(fasterSize(above, 0.1), undefined, "nor does the way down into the bounds count");
  });

  it("never adds up the extra cost of an invocation, step by step", () => {
    // At 512 MB it costs less than at its baseline; at 1,024 MB it may cost 10% more than there, and no more than that.
    const model = durationModel([at(1_024, 60, 40), at(512, 60, 40)]);
    const question = { ceilingMB: 10_240, baselineMB: 1_024, changes: 1, model };
    const cost = (size: number) => (size * formulaMs(size, 60, 40)) / (1_024 * formulaMs(1_024, 60, 40));
    for (let liveMB = 512; ;) {
      const faster = fasterSize({ ...question, liveMB }, 0.2);
      if (faster === undefined) break;
      assert.ok(cost(faster) <= 1.2, `${liveMB} to ${faster} MB: ${cost(faster)}`);
      liveMB = faster;
    }
  });

  it("goes back no further than current knowledge requires", () => {
    const model = durationModel([at(1_024, 60, 40), at(400, 60, 40)]);
    const question = { floorMB: 200, ceilingMB: 10_240, liveMB: 400, baselineMB: 1_024, changes: 1, model };
    const limits = { maxSlowdown: 0.25, minSaving: 0.05, speedUpCost: 0 };
    const to = sizeToGoBackTo({ ...question, limits }, 1_024);
    assert.ok(to > 600 && to < 750, String(to));
    assert.equal(sizeToGoBackTo({ ...question, limits: { ...limits, maxSlowdown: "off" } }, 1_024), 1_024);
    const burnt = durationModel([at(1_024, 0, 40), at(400, 0, 40)]);
    assert.equal(
      sizeToGoBackTo({ ...question, model: burnt, limits }, 1_024),
      1_024,
      "it saves nothing anywhere",
    );
    assert.equal(sizeToGoBackTo({ ...question, limits, floorMB: 1_200 }, 1_024), 1_200, "memory first");
  });

  it("chooses as docs/sizing.md does by hand", () => {
    const thumbnailer = { memorySizeMB: 1_024, meanMs: 313, spread: 0.2 };
    const withCpuTime = durationModel([measured({ ...thumbnailer, cpuMs: 117 })]);
    assert.equal(choose({ model: withCpuTime, floorMB: 512 }), "cheaper 753");
    assert.equal(withCpuTime.slowdown(1_024, 512).expected.toFixed(2), "1.65");
    assert.equal(withCpuTime.slowdown(1_024, 753).expected.toFixed(2), "1.23");
    assert.equal(choose({ model: durationModel([measured(thumbnailer)]), floorMB: 512 }), "cheaper 826");
  });
});
