/** The lines that the updater's bundle writes in a run with every kind of outcome. */
import { functionArn, recommendation } from "../updater/recommendations";
import { UpdaterFixture, type FixtureOptions } from "../updater/updater-fixture";
import { changed, day, daysBefore } from "../updater/watched-change";

const window = () =>
  recommendation({
    recommendedMemorySizeMB: 259,
    peakMB: 130,
    windowStart: daysBefore(14),
    windowEnd: daysBefore(0),
    billedGBSeconds: 4_382,
  });

/** Changes, skips, a change that is taken back, a record that is given up on, a command, and an unfinished batch. */
export async function updaterLines(): Promise<string[]> {
  return [
    ...(await linesOf({ settings: { maxSlowdown: 0.25 } }, async (updater) => [
      await updater.settle([...Array.from({ length: 14 }, (_, i) => day(13 - i)), window(), "not JSON"]),
      await updater.host.invoke({ rollback: { functionNames: ["checkout"] } }),
      await updater.host.invoke({ release: { functionNames: ["checkout"] } }),
    ])),
    ...(await linesOf({ settings: { maxSlowdown: 0.25 } }, async (updater) => {
      await changed(updater);
      const slow = day(9, { memorySizeMB: 753, meanMs: 700, cpuMs: 350_000, outOfMemory: 1 });
      return [await updater.settle([slow], { firstSequenceNumber: 16 })];
    })),
    ...(await linesOf({ settings: { updateMode: "recommend" } }, async (updater) => [
      await updater.settle([window()]),
    ])),
    ...(await linesOf({ fault: () => ({ conflict: true }), timeoutMs: 20_000 }, async (updater) => [
      await updater.settle([recommendation()]),
    ])),
    ...(await linesOf(unfinished(), async (updater) => [
      await updater.settle(MANY.map((functionName) => recommendation({ functionName }))),
    ])),
  ];
}

/** The metrics in those lines, with the names of their dimensions. */
export async function sentByUpdater() {
  return (await updaterLines()).flatMap((line) => {
    const { _aws } = JSON.parse(line) as { _aws?: { CloudWatchMetrics: EmbeddedMetrics[] } };
    return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.map(({ Name }) => ({ namespace: Namespace, metricName: Name, dimensions: Dimensions.flat() })),
    );
  });
}

/** "Specification: Embedded metric format", CloudWatch User Guide. */
interface EmbeddedMetrics {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

const MANY = Array.from({ length: 12 }, (_, i) => `function-${i}`);

/** Too little time for all records. */
function unfinished(): FixtureOptions {
  return {
    functions: MANY.map((functionName) => ({
      functionName,
      functionArn: functionArn(functionName),
      memorySizeMB: 1_024,
    })),
    settings: { updatesPerSecond: 2 },
    timeoutMs: 3_000,
  };
}

async function linesOf(
  options: FixtureOptions,
  run: (updater: UpdaterFixture) => Promise<readonly { readonly logLines: readonly string[] }[]>,
): Promise<string[]> {
  const updater = await UpdaterFixture.start(options);
  try {
    return (await run(updater)).flatMap(({ logLines }) => logLines).filter((line) => line.startsWith("{"));
  } finally {
    await updater.close();
  }
}
