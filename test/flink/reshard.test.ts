import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EmbeddedKinesis } from "../../local/kinesis";
import { mulberry32 } from "../../local/mulberry32";
import { closingHeartbeat } from "../../local/pipeline";
import { durationMs } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { assertAgree, distinct } from "../support/agreement";
import { AwsLikeKinesis } from "../support/aws-like-kinesis";
import { JobStreams } from "../support/job-streams";
import { expectedRecommendations } from "../../local/model/job";
import { mergeShards, splitShard } from "../support/reshard";
import { alive, newestCheckpoint, restoreFrom, retainCheckpoints } from "../support/restarts";
import { casesOf, comesAtMs } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const CASES = 60;
const SHARDS = 3;
/** The telemetry comes in this many batches. */
const BATCHES = 8;

describe("the Flink job while its telemetry stream is resharded", function () {
  // Three jobs each.
  this.timeout(240_000);

  let kinesis: EmbeddedKinesis;
  let awsLike: AwsLikeKinesis;
  let directory: string;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
    awsLike = await AwsLikeKinesis.listen(kinesis.endpoint);
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "reshard-"));
  });
  after(async () => {
    await awsLike.close();
    await kinesis.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  const RUNS = [
    { parallelism: 1, namesChildren: true },
    { parallelism: 2, namesChildren: true },
    { parallelism: 2, namesChildren: false },
  ];
  for (const { parallelism, namesChildren } of RUNS) {
    const how = `parallelism ${parallelism} and GetRecords ${namesChildren ? "naming" : "not naming"} child shards`;
    it(`recommends the same after two kills, with ${how}`, async () => {
      // No shard is ever idle here: event time waits for every shard, however slow the machine is.
      const settings = parseSettings({ windowLength: "3d", idleTimeout: "1h", pressureInterval: "0s" });
      const deliveries = casesOf(settings, CASES, SEED);
      const telemetry = deliveries.map(({ record }) => record);
      const streams = await JobStreams.create(kinesis, SHARDS);
      const random = mulberry32(SEED);
      const split = () => splitShard(kinesis, streams.telemetryStreamArn, random());
      const merge = () => mergeShards(kinesis, streams.telemetryStreamArn, random());
      const end = (batch: number) => Math.floor((batch / BATCHES) * deliveries.length);
      const watermarkMs = (batch: number) =>
        comesAtMs(deliveries[end(batch) - 1]!) - durationMs(settings.lateness)!;
      /** @param batch from 1. */
      const feed = async (batch: number) => {
        await streams.deliver(deliveries.slice(end(batch - 1), end(batch)));
        await streams.heartbeat(comesAtMs(deliveries[end(batch) - 1]!));
      };
      const checkpoints = (job: number) => path.join(directory, `${parallelism}-${namesChildren}-${job}`);
      const start = (job: number) =>
        streams.start(settings, {
          parallelism,
          kinesisEndpoint: (namesChildren ? awsLike : kinesis).endpoint,
          configuration: {
            ...retainCheckpoints(checkpoints(job)),
            // Every checkpoint must be good for a restore. A reader that a merge leaves without shards goes idle at the
            // next one.
            "execution.checkpointing.interval": "200 ms",
            ...(job > 1 ? restoreFrom(newestCheckpoint(checkpoints(job - 1))) : {}),
          },
        });

      await feed(1);
      await alive(start(1), async (flink) => {
        await flink.job.awaitWatermark(watermarkMs(1));
        await split();
        await feed(2);
        await flink.job.awaitWatermark(watermarkMs(2));
        await merge();
        await feed(3);
        await flink.job.awaitWatermark(watermarkMs(3));
        await flink.job.checkpoint();
        await Promise.all([split(), feed(4)]);
      });

      // A backlog: some shards are read to its end while others have parents that are still unread.
      await feed(5);
      await split();
      await feed(6);
      await merge();
      await merge();
      await feed(7);
      await alive(start(2), async (flink) => {
        await flink.job.awaitWatermark(watermarkMs(6));
        await flink.job.checkpoint();
        await split();
      });

      await feed(8);
      await merge();
      const { heartbeat, watermarkMs: endMs } = closingHeartbeat(
        Math.max(...telemetry.map(({ lastReportAt }) => Date.parse(lastReportAt))),
        settings,
      );
      await streams.heartbeat(Date.parse(heartbeat.heartbeatAt));
      await alive(start(3), async (flink) => {
        await flink.job.awaitWatermark(endMs);
        await flink.stop();
      });

      const actual = await streams.recommendations();
      const expected = expectedRecommendations(telemetry, settings);
      assert.ok(expected.some(({ reason }) => reason === "window"));
      assertAgree(distinct(actual), distinct(expected), deliveries, `FC_SEED=${SEED}`);
    });
  }
});
