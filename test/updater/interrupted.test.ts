/** Work that is cut short, refused or late loses nothing, blocks nothing and is done once. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Fault } from "../../local/control-plane";
import type { EmulatedFunctionArgs } from "../../local/emulated-function";
import type { CommandAnswer } from "../../runtime/updater/command";
import { metricsOf, UpdaterFixture, type FixtureOptions } from "./updater-fixture";
import { functionArn, observation, recommendation } from "./recommendations";

const published = (functionName: string): EmulatedFunctionArgs => ({
  functionName,
  functionArn: functionArn(functionName),
  memorySizeMB: 1_024,
  aliasName: "live",
});

describe("the updater, cut short or refused", () => {
  let updater: UpdaterFixture;
  afterEach(() => updater.close());

  async function start(options?: FixtureOptions): Promise<UpdaterFixture> {
    updater = await UpdaterFixture.start(options);
    return updater;
  }

  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  it("takes a change back at the next delivery if the first was cut short, and holds the function only then", async () => {
    let interrupted = true;
    await start({
      timeoutMs: 6_000,
      fault: ({ operation }): Fault => ({
        throttle: interrupted && operation === "UpdateFunctionConfiguration",
      }),
    });
    updater.controlPlane.functions.get("checkout")!.memorySizeMB = 600;
    await updater.writeHistory({
      functionName: "checkout",
      memorySizeMB: 600,
      originalMemorySizeMB: 1_024,
      changes: [
        {
          at: hoursAgo(48),
          from: 1_024,
          to: 600,
          reason: "window",
          windowStart: hoursAgo(72),
          windowEnd: hoursAgo(48),
          sequenceNumber: "1",
          revisionId: "before",
        },
      ],
      settledSequenceNumber: "1",
    });
    const ranOut = recommendation({
      memorySizeMB: 600,
      recommendedMemorySizeMB: 700,
      outOfMemory: 3,
      windowStart: hoursAgo(48),
      windowEnd: hoursAgo(1),
    });
    const first = await updater.settle([ranOut], { firstSequenceNumber: 2 });
    assert.deepEqual(first.failed, ["2"]);
    const between = await updater.historyOf("checkout");
    assert.equal(between.hold, undefined);
    assert.equal(between.changes.length, 1);
    assert.ok(between.needs.some(({ neededMB }) => neededMB === 601));

    interrupted = false;
    await updater.host.kill(); // and with it the SDK's memory of being throttled
    const { decisions } = await updater.settle([ranOut], { firstSequenceNumber: 2 });
    assert.deepEqual(
      decisions.map(({ status, to, reason }) => [status, to, reason]),
      [["applied", 1_024, "regression"]],
    );
    assert.equal(
      (await updater.historyOf("checkout")).hold!.reason,
      "3 invocations ran out of memory at 600 MB",
    );
  });

  for (const [settings, expected] of [
    [{ allowedFunctionArns: functionArn("search") }, "not-allowed"],
    [{ excludedFunctionArns: `${functionArn("billing")},${functionArn("check*")}` }, "excluded"],
  ] as const) {
    it(`asks Lambda nothing about a function that is ${expected}`, async () => {
      await start({ settings, fault: ({ functionName }) => ({ accessDenied: functionName === "checkout" }) });
      const { failed, decisions } = await updater.settle([recommendation(), observation()]);
      assert.deepEqual(failed, []);
      assert.deepEqual(
        decisions.map(({ status, reason }) => [status, reason]),
        [["skipped", expected]],
      );
      assert.deepEqual(updater.deadLetters, []);
      assert.deepEqual(updater.controlPlane.calls, []);
    });
  }

  it("skips functions without the tag or the layer, with the environment that the component sets", async () => {
    const layer = "arn:aws:lambda:eu-west-1:123456789012:layer:optimizer";
    const tag = { "memory-optimizer:managed": "yes" };
    const named = (functionName: string) => ({
      functionName,
      functionArn: functionArn(functionName),
      memorySizeMB: 1_024,
    });
    await start({
      environment: {
        LAMBDA_MEMORY_OPTIMIZER_LAYER_ARNS: layer,
        LAMBDA_MEMORY_OPTIMIZER_TELEMETRY_STREAM_ARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/ours",
        LAMBDA_MEMORY_OPTIMIZER_FUNCTION_TAG_KEY: "memory-optimizer:managed",
        LAMBDA_MEMORY_OPTIMIZER_FUNCTION_TAG_VALUE: "yes",
      },
      functions: [
        { ...named("untagged"), configuration: { Layers: [{ Arn: `${layer}:3` }] } },
        { ...named("stranger"), tags: tag },
        { ...named("layered"), tags: tag, configuration: { Layers: [{ Arn: `${layer}:3` }] } },
        {
          ...named("image"),
          tags: tag,
          configuration: {
            PackageType: "Image",
            Environment: {
              Variables: {
                LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/ours",
              },
            },
          },
        },
      ],
    });
    const { decisions } = await updater.settle(
      ["untagged", "stranger", "layered", "image"].map((functionName) => recommendation({ functionName })),
    );
    const reasons = decisions.map(({ functionName, reason }) => `${functionName}: ${reason}`).sort();
    assert.deepEqual(reasons, [
      "image: window",
      "layered: window",
      "stranger: not-enrolled",
      "untagged: not-tagged",
    ]);
    assert.deepEqual(updater.deadLetters, []);
  });

  it("never treats running out of time as a failure of the record, however old it is", async () => {
    const functionNames = Array.from({ length: 12 }, (_, i) => `function-${i}`);
    await start({
      functions: functionNames.map((functionName) => ({
        functionName,
        functionArn: functionArn(functionName),
        memorySizeMB: 1_024,
      })),
      settings: { updatesPerSecond: 2, retryFor: "1s" },
      timeoutMs: 3_000,
    });
    const batch = functionNames.map((functionName) => recommendation({ functionName }));
    const { failed, logLines } = await updater.settle(batch, { arrivedAtMs: Date.now() - 7_200_000 });
    assert.ok(failed.length > 0 && failed.length < batch.length, `${failed.length} are left`);
    assert.deepEqual(updater.deadLetters, []);
    const metrics = metricsOf(logLines);
    assert.equal(metrics.Postponed, failed.length);
    assert.equal(metrics.Failed, undefined);
  });

  for (const slow of ["GetFunction", "UpdateFunctionConfiguration"] as const) {
    it(`returns the remaining records if Lambda takes 12 s to answer ${slow}`, async () => {
      await start({
        timeoutMs: 4_000,
        fault: ({ operation, functionName }): Fault =>
          operation === slow && functionName === "checkout" ? { delayMs: 12_000 } : {},
      });
      const { failed } = await updater.settle([
        recommendation(),
        recommendation({ functionName: "search" }),
        "not JSON",
      ]);
      assert.deepEqual(failed, ["1"]);
      assert.deepEqual(updater.memorySizesSetMB("search"), [600]);
    });
  }

  it("returns everything in time if the history table hangs", async () => {
    const hanging = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(hanging, "listening");
    const { port } = hanging.address() as AddressInfo;
    try {
      await start({
        timeoutMs: 4_000,
        environment: { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` },
      });
      const { failed } = await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
      assert.deepEqual(failed, ["1", "2"]);
    } finally {
      hanging.close();
      await updater.host.kill();
    }
  });

  it("puts $LATEST back if publishing is refused for good, or the version fails", async () => {
    let exceeded = true;
    await start({
      functions: [published("checkout"), published("search")],
      settings: { aliasName: "live" },
      fault: ({ operation }): Fault => ({ codeStorageExceeded: exceeded && operation === "PublishVersion" }),
    });
    const [checkout, search] = ["checkout", "search"].map((name) =>
      updater.controlPlane.functions.get(name)!,
    );
    await updater.settle([recommendation({ functionVersion: "1" })]);
    assert.deepEqual(checkout!.memorySizesSetMB, [600, 1_024]);
    assert.match(updater.deadLetters[0]!.reason, /CodeStorageExceeded/);

    exceeded = false;
    search!.nextVersionFailure = "The image is gone";
    await updater.settle([recommendation({ functionName: "search", functionVersion: "1" })], {
      firstSequenceNumber: 2,
    });
    assert.deepEqual(search!.memorySizesSetMB, [600, 1_024]);
    assert.equal(search!.alias("live").functionVersion, "1");
    assert.match(updater.deadLetters[1]!.reason, /version 2 of search failed: The image is gone/);
    assert.deepEqual((await updater.historyOf("search")).changes, []);
  });

  it("leaves alone a function that is in the state Failed, and changes one that is Inactive", async () => {
    await start();
    updater.controlPlane.functions.get("checkout")!.state = "Failed";
    updater.controlPlane.functions.get("search")!.state = "Inactive";
    const { decisions } = await updater.settle([
      recommendation(),
      recommendation({ functionName: "search" }),
    ]);
    assert.deepEqual(decisions.map(({ functionName, reason }) => `${functionName}: ${reason}`).sort(), [
      "checkout: last-update-failed",
      "search: window",
    ]);
  });

  it("lets a recreated function inherit nothing", async () => {
    await start();
    const again = { functionName: "checkout", functionArn: functionArn("checkout"), memorySizeMB: 2_048 };
    await updater.writeHistory({
      functionName: "checkout",
      memorySizeMB: 600,
      originalMemorySizeMB: 1_024,
      hold: { since: hoursAgo(48), reason: "rolled back" },
      needs: [{ neededMB: 1_900, at: hoursAgo(48) }],
    });
    updater.controlPlane.functions.delete("checkout");
    await updater.settle([recommendation()]);
    await updater.host.kill(); // and with it what the sandbox remembers of missing functions
    updater.controlPlane.register({ ...again, lastModified: hoursAgo(24 * 30) });
    const window = { windowStart: hoursAgo(24), windowEnd: hoursAgo(1), memorySizeMB: 2_048 };
    const { decisions } = await updater.settle(
      [recommendation({ ...window, recommendedMemorySizeMB: 1_100 })],
      {
        firstSequenceNumber: 2,
      },
    );
    assert.deepEqual(
      decisions.map(({ from, to, reason }) => [from, to, reason]),
      [[2_048, 1_100, "window"]],
    );
    assert.equal((await updater.historyOf("checkout")).originalMemorySizeMB, 2_048);
  });

  it("rolls back once, however often it is asked to, and counts a release as a release", async () => {
    await start();
    await updater.settle([recommendation()]);
    const command = { rollback: { functionNames: ["checkout"] } };
    for (const reason of ["rollback", "already-rolled-back"]) {
      const { response } = await updater.host.invoke<CommandAnswer>(command);
      assert.equal(response.outcomes[0]!.reason, reason);
    }
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600, 1_024]);
    const { response, logLines } = await updater.host.invoke<CommandAnswer>({ release: { all: true } });
    assert.deepEqual(
      response.outcomes.map(({ status }) => status),
      ["released"],
    );
    const metrics = metricsOf(logLines);
    assert.deepEqual([metrics.Applied, metrics.Released], [undefined, 1]);
  });

  it("is not delayed by functions that don't exist, and asks about each only once", async () => {
    await start({ settings: { readsPerSecond: 20 } });
    const pressed = (functionName: string) =>
      recommendation({
        functionName,
        reason: "memory-pressure",
        recommendedMemorySizeMB: 1_280,
        outOfMemory: 1,
        windowStart: hoursAgo(1),
        windowEnd: hoursAgo(1),
      });
    const ghosts = Array.from({ length: 40 }, (_, i) => pressed(`ghost-${i}`));
    const beganMs = performance.now();
    await updater.settle([...ghosts, pressed("checkout")]);
    // 41 reads at 20 a second; the updates have a pace of their own.
    assert.ok(performance.now() - beganMs >= 40 * 50 - 20);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
    const calls = updater.controlPlane.calls.length;
    const again = await updater.settle([...ghosts, pressed("checkout")], { firstSequenceNumber: 42 });
    assert.deepEqual(again.failed, []);
    assert.equal(updater.controlPlane.calls.length, calls, "nor about pressure that was answered");
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [1_280]);
  });
});
