/** Every metric that the dashboard and the alarms name is sent by one of the parts or documented by AWS. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { LambdaMemoryOptimizer } from "../../components";
import type { FlinkJob } from "../../local/flink-job";
import { UPDATER_METRICS } from "../../runtime/metrics";
import { parseSettings } from "../../runtime/settings";
import { deploy, placeholderArtefacts } from "../components/mock-engine";
import { FlinkRuns } from "../support/flink-run";
import { JobStreams } from "../support/job-streams";
import { alarmMetrics, dashboardMetrics, type NamedMetric } from "../support/monitored-metrics";
import { AWS_METRICS } from "./aws-metrics";
import { sentByUpdater } from "./updater-run";

/** Flink refreshes its REST API's metrics every ten seconds. */
const POLL_MS = 250;
const MAX_POLLS = 240;

/** The names of a metric and of its dimensions. */
interface Sent {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly string[];
}

describe("The metrics that are monitored", function () {
  this.timeout(240_000);

  let named: NamedMetric[];
  before(async () => {
    const artefacts = placeholderArtefacts();
    const { resources } = await deploy(
      () => new LambdaMemoryOptimizer("optimizer", { artefacts, logs: { enabled: true } }).outputs,
    );
    named = [...alarmMetrics(resources), ...dashboardMetrics(resources)];
    assert.ok(named.length > 40, `${named.length} metrics`);
  });

  it("of the updater are in the lines that its bundle writes", async () => {
    const sent = await sentByUpdater();
    const own = named.filter(({ namespace }) => namespace === UPDATER_METRICS.namespace);
    assert.ok(own.length > 15, `${own.length} metrics`);
    assertSent(own, sent);
    for (const { dimensions } of own) {
      if (dimensions.service !== undefined) assert.equal(dimensions.service, UPDATER_METRICS.service);
    }
  });

  it("of the Flink job are those that the jar registers for CloudWatch, or Managed Flink's own", async () => {
    const sent = await sentByJob();
    const own = named.filter(({ namespace }) => namespace === "AWS/KinesisAnalytics");
    assert.ok(own.length > 10, `${own.length} metrics`);
    assertSent(own, [...sent, ...AWS_METRICS]);
  });

  it("of the streams, the queue and the updater's function are AWS's", () => {
    const ofAws = named.filter(({ namespace }) => /^AWS\/(?!KinesisAnalytics)/.test(namespace));
    assert.ok(ofAws.length > 10, `${ofAws.length} metrics`);
    assertSent(ofAws, AWS_METRICS);
  });

  it("are all in a namespace that is checked here", () => {
    const namespaces = new Set(named.map(({ namespace }) => namespace));
    assert.deepEqual([...namespaces].sort(), [
      "AWS/Kinesis",
      "AWS/KinesisAnalytics",
      "AWS/Lambda",
      "AWS/SQS",
      UPDATER_METRICS.namespace,
    ]);
  });
});

function assertSent(monitored: readonly NamedMetric[], sent: readonly Sent[]): void {
  const missing = monitored.filter(
    ({ namespace, metricName, dimensions }) =>
      !sent.some(
        (one) =>
          one.namespace === namespace &&
          one.metricName === metricName &&
          Object.keys(dimensions).every((key) => one.dimensions.includes(key)),
      ),
  );
  assert.deepEqual(missing, []);
}

/** The job's metrics in the group that Managed Flink sends to CloudWatch, where the groups become dimensions. */
async function sentByJob(): Promise<Sent[]> {
  const runs = await FlinkRuns.get();
  const streams = await (await JobStreams.create(runs.kinesis)).withLogs();
  let names: string[] = [];
  await runs.use(streams, parseSettings({ windowType: "per-function" }), async (flink) => {
    await flink.job.checkpoint();
    names = await namesOf(flink.job, [streams.telemetryStreamArn, streams.logsStreamArn ?? ""]);
    // Managed Flink's own metrics are Flink's: the job manager has them under these names.
    for (const name of ["numRestarts", "lastCheckpointDuration", "numberOfFailedCheckpoints"]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(" ")}`);
    }
    await assertAgeFalls(
      () => flink.job.metric("millisSinceCheckpoint"),
      () => flink.job.checkpoint(),
    );
  });
  return names.flatMap((name) => {
    const [, groups = "", metricName] = /\.kinesisanalytics\.(.*)\.(\w+)$/.exec(name) ?? [];
    if (metricName === undefined) return [];
    const dimensions = ["Application", ...groups.split(".").filter((_, i) => i % 2 === 0)];
    return [{ namespace: "AWS/KinesisAnalytics", metricName, dimensions }];
  });
}

/** The job's metrics, once its readers have reported on each stream: Flink's REST API has them only some time later. */
async function namesOf(job: FlinkJob, streamArns: readonly string[]): Promise<string[]> {
  for (let polls = 1; ; polls++) {
    const names = await job.metricNames();
    const missing = streamArns.filter(
      (arn) =>
        !names.some((name) => name.endsWith(`.Stream.${arn.split("/").at(-1) ?? ""}.millisBehindLatest`)),
    );
    if (missing.length === 0) return names;
    assert.ok(polls < MAX_POLLS, `${missing.join()} is not among ${names.join(" ")}`);
    await delay(POLL_MS);
  }
}

/** The age of the last checkpoint must fall at a checkpoint. */
async function assertAgeFalls(age: () => Promise<number>, checkpoint: () => Promise<void>): Promise<void> {
  let oldest = 0;
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    await checkpoint();
    const now = await age();
    if (now < oldest) return;
    oldest = now;
    await delay(POLL_MS);
  }
  assert.fail(`it has grown to ${oldest} ms`);
}
