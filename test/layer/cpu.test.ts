import fc from "fast-check";
import assert from "node:assert/strict";
import { CpuMeter, readFunctionCpuMs } from "../../layer/cpu";

/** A meter that takes the given readings one by one. */
function meterOf(...readings: (number | undefined)[]): CpuMeter {
  return new CpuMeter(() => readings.shift());
}

describe("CPU time", () => {
  it("counts each millisecond once, from the first INVOKE on", () => {
    const cpu = meterOf(5_000, 5_100, 5_350);
    cpu.start();
    cpu.start();
    assert.equal(cpu.take(), 100);
    assert.equal(cpu.take(), 250);
  });

  it("is unknown before the first INVOKE and while it can't be read, and is known again afterwards", () => {
    const cpu = meterOf(5_000, undefined, 6_000, 6_040);
    assert.equal(cpu.take(), undefined);
    assert.equal(cpu.take(), undefined);
    assert.equal(cpu.take(), undefined);
    assert.equal(cpu.take(), 40);
  });

  it("is unknown across a reset of the counter, such as a restore on another machine", () => {
    const cpu = meterOf(900_000, 2_000, 2_030);
    cpu.start();
    assert.equal(cpu.take(), undefined);
    assert.equal(cpu.take(), 30);
  });

  it("is never negative, and adds up to the time used, with ticks of any size", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -15, max: 200 }), { minLength: 1 }), (steps) => {
        let nowMs = 10_000;
        const cpu = new CpuMeter(() => nowMs);
        cpu.start();
        let taken = 0;
        let highestMs = nowMs;
        for (const step of steps) {
          nowMs = Math.max(highestMs - 15, nowMs + step);
          highestMs = Math.max(highestMs, nowMs);
          const tookMs = cpu.take() ?? NaN;
          assert.ok(Number.isInteger(tookMs) && tookMs >= 0, String(tookMs));
          taken += tookMs;
        }
        assert.equal(taken, highestMs - 10_000);
      }),
      { seed: 20260301 },
    );
  });

  it("is user, nice, system, irq and softirq of all processors in ticks of 10 ms, less the layer's own", () => {
    const stat =
      "cpu  100 20 3000 999999 888888 40 5 777777 666666 555555\n" +
      "cpu0 100 20 3000 999999 888888 40 5 777777 666666 555555\nintr 1 2 3\n";
    const own = { user: 1_000_000, system: 250_000 };
    assert.equal(
      readFunctionCpuMs(() => stat, own),
      31_650 - 1_250,
    );
  });

  const unreadable: Record<string, () => string> = {
    "isn't there": () => {
      throw new Error("ENOENT");
    },
    "has no such line": () => "intr 1 2 3\n",
    "has too few fields": () => "cpu  1 2 3 4\n",
  };
  for (const [what, read] of Object.entries(unreadable)) {
    it(`is unknown if /proc/stat ${what}`, () => {
      assert.equal(readFunctionCpuMs(read), undefined);
    });
  }

  it("excludes the layer's own time on a real machine", () => {
    const before = process.cpuUsage();
    for (let index = 0; ; index += 1) if (process.cpuUsage(before).user > 20_000) break;
    const own = process.cpuUsage(before);
    const withoutMs = readFunctionCpuMs(undefined, own) ?? NaN;
    const withMs = readFunctionCpuMs(undefined, { user: 0, system: 0 }) ?? NaN;
    assert.ok(withMs > withoutMs, `${withMs} ms, ${withoutMs} ms without the layer's own`);
  });
});
