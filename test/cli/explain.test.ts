/** Compares what `explain` says with what the updater then does. */
import assert from "node:assert/strict";
import { observation, recommendation } from "../updater/recommendations";
import { CliFixture } from "./cli-fixture";

const now = () => new Date().toISOString();

describe("explain", () => {
  let cli: CliFixture;
  afterEach(() => cli.close());

  async function explained(functionName = "checkout"): Promise<string> {
    const { exitCode, output, complaints } = await cli.run(["explain", functionName]);
    assert.equal(exitCode, 0, complaints);
    return output;
  }

  /** The updater's decision on a window from now that asks for this size. */
  async function decided(askedMB: number, memorySizeMB: number) {
    const since = now();
    const { decisions } = await cli.updater.settle(
      [
        recommendation({
          memorySizeMB,
          recommendedMemorySizeMB: askedMB,
          peakMB: askedMB,
          windowStart: since,
          windowEnd: now(),
        }),
      ],
      { firstSequenceNumber: 1_000 },
    );
    return decisions[0]!;
  }

  it("predicts a skip, with its reason in the words of docs/operations.md", async () => {
    cli = await CliFixture.start({ settings: { cooldown: "24h" } });
    await cli.updater.settle([recommendation({ peakMB: 450, windowStart: now(), windowEnd: now() })]);
    const text = await explained();
    assert.match(text, /^checkout has 600 MB; its owner gave it 1024 MB\.$/m);
    assert.match(text, /^The last change was on .* UTC, 1024 → 600 MB \(window\)\.$/m);
    assert.match(text, /^In the last 90 days it needed up to 450 MB, so it gets no less\.$/m);
    assert.match(text, /^It gets no smaller before .* UTC \(cooldown\)\.$/m);
    assert.match(
      text,
      /^If a window ended now and asked for 450 MB, the updater would leave it at 600 MB \(cool-down.*\): it was changed less than cooldown ago\.$/m,
    );
    assert.equal((await decided(450, 600)).reason, "cool-down");
  });

  it("predicts a change, with the size that the updater then sets", async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s" } });
    await cli.updater.settle([recommendation({ peakMB: 450, windowStart: now(), windowEnd: now() })]);
    const text = await explained();
    assert.match(text, /it needed up to 450 MB/);
    const [, foreseen] = /the updater would set (\d+) MB \(window/.exec(text) ?? [];
    assert.ok(foreseen !== undefined, text);
    const { status, to } = await decided(450, 600);
    assert.deepEqual([status, to], ["applied", Number(foreseen)]);
  });

  it("weighs durations as the updater does", async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s", maxSlowdown: 0.25 } });
    // All of it is CPU-bound, so half the memory takes twice as long.
    const days = [1, 2, 3].map((day) =>
      observation({
        windowStart: `2026-01-0${day}T00:00:00.000Z`,
        windowEnd: `2026-01-0${day + 1}T00:00:00.000Z`,
        invocations: 10_000,
        durationMs: 1_000_000,
        durationSquaredMs2: 101_000_000,
        cpuMs: 570_000,
        cpuDurationMs: 1_000_000,
      }),
    );
    await cli.updater.settle(days);
    const text = await explained();
    assert.match(text, /^checkout has 1024 MB; the updater never changed it\.$/m);
    assert.match(text, /^An invocation takes 100 ms at 1024 MB \([\d,]+ invocations\)\.$/m);
    assert.match(
      text,
      /^It may take 25% longer than at 1024 MB, and a change down must save 5% of its cost/m,
    );
    const [, reason] = /leave it at 1024 MB \(([\w-]+);/.exec(text) ?? [];
    assert.ok(reason === "would-be-slower" || reason === "saves-too-little", text);
    assert.equal((await decided(128, 1_024)).reason, reason);
  });

  it("mentions a hold, an opt-out, and unreadable settings", async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s" } });
    await cli.updater.settle([recommendation()]);
    await cli.run(["hold", "checkout", "--reason", "Friday", "--yes"]);
    assert.match(
      await explained(),
      /^It is held since .* UTC until it is released \(Friday\): only memory pressure changes it\.$/m,
    );
    assert.match(await explained(), /would leave it at 600 MB \(held/);
    await cli.run(["exclude", "checkout", "--yes"]);
    assert.match(await explained(), /would leave it at 600 MB \(opted-out\)/);
    cli.lambda.refused.set("GET functions", "AccessDeniedException");
    assert.match(await explained(), /This assumes the default settings.*lambda:ListFunctions/);
  });

  it("mentions the owner's limits, and a change that waits for the change window", async () => {
    // Two days from now, on any day.
    const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(new Date().getUTCDay() + 2) % 7]!;
    const changeWindow = `${day} 09:00-10:00 UTC`;
    cli = await CliFixture.start({ settings: { cooldown: "0s", changeWindow } });
    cli.updater.controlPlane.functions.get("checkout")!.tags = { "memory-optimizer:min": "512" };
    await cli.updater.settle([recommendation({ windowStart: now(), windowEnd: now() })]);
    const text = await explained();
    assert.match(text, /^The function may have 512 to 10240 MB, and the smallest change is 32MB,5%\.$/m);
    assert.ok(text.includes(`It gets smaller only in the change window ${changeWindow}.`), text);
    assert.match(text, /^A change to 600 MB has waited for that since .* UTC\.$/m);
    assert.match(text, /would leave it at 1024 MB \(outside-change-window/);
  });

  it("judges a function that joined by its logs as such", async () => {
    cli = await CliFixture.start({
      settings: { cooldown: "24h" },
      environment: {
        LAMBDA_MEMORY_OPTIMIZER_LAYER_ARNS: "arn:aws:lambda:eu-west-1:123456789012:layer:optimizer",
        LAMBDA_MEMORY_OPTIMIZER_LOGS: "apply",
      },
    });
    await cli.updater.settle([recommendation({ source: "logs", windowStart: now(), windowEnd: now() })]);
    assert.match(await explained(), /would leave it at 600 MB \(cool-down/);
    assert.match(await explained("search"), /would set 512 MB \(window/);
  });

  it("says that somebody else set a size", async () => {
    cli = await CliFixture.start();
    await cli.updater.settle([recommendation()]);
    cli.updater.controlPlane.functions.get("checkout")!.memorySizeMB = 2_048;
    assert.match(
      await explained(),
      /^checkout has 2048 MB; the updater had set 600 MB, and somebody else has set another size since\.$/m,
    );
  });
});
