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
import { runLives, type MortalJob } from "../support/restarts";
import { casesOf, comesAtMs } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const CASES = 60;
const SHARDS = 3;
/** The telemetry comes in this many batches. */
const BATCHES = 8;
// No shard is ever idle here: event time waits for every shard, however slow the machine is.
const SETTINGS = parseSettings({ windowLength: "3d", idleTimeout: "1h", pressureInterval: "0s" });
const RUNS = [
  { parallelism: 1, namesChildren: true },
  { parallelism: 2, namesChildren: true },
  { parallelism: 2, namesChildren: false },
];

describe("the Flink job while its telemetry stream is resharded, after two kills", function () {
  this.timeout(300_000);

  const deliveries = casesOf(SETTINGS, CASES, SEED);
  const telemetry = deliveries.map(({ record }) => record);
  const expected = expectedRecommendations(telemetry, SETTINGS);
  let kinesis: EmbeddedKinesis;
  let streams: readonly JobStreams[];

  before(async () => {
    kinesis = await EmbeddedKinesis.start();
    streams = await Promise.all(RUNS.map(() => JobStreams.create(kinesis, SHARDS)));
    const namesChildren = (arn: string) =>
      RUNS.some((run, n) => run.namesChildren && streams[n]!.telemetryStreamArn === arn);
    const awsLike = await AwsLikeKinesis.listen(kinesis.endpoint, namesChildren);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "reshard-"));
    try {
      const jobs = RUNS.map(({ parallelism }, n) => resharded(streams[n]!, parallelism));
      // Every checkpoint must be good for a restore. A reader that a merge leaves without shards goes idle at the next one.
      await runLives(jobs, directory, awsLike.endpoint, { "execution.checkpointing.interval": "200 ms" });
    } finally {
      await awsLike.close();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
  after(() => kinesis.close());

  for (const [n, { parallelism, namesChildren }] of RUNS.entries()) {
    const how = `parallelism ${parallelism} and GetRecords ${namesChildren ? "naming" : "not naming"} child shards`;
    it(`recommends the same with ${how}`, async () => {
      const actual = await streams[n]!.recommendations();
      assert.ok(expected.some(({ reason }) => reason === "window"));
      assertAgree(distinct(actual), distinct(expected), deliveries, `FC_SEED=${SEED}`);
    });
  }

  function resharded(ofJob: JobStreams, parallelism: number): MortalJob {
    const random = mulberry32(SEED);
    const split = () => splitShard(kinesis, ofJob.telemetryStreamArn, random());
    const merge = () => mergeShards(kinesis, ofJob.telemetryStreamArn, random());
    const end = (batch: number) => Math.floor((batch / BATCHES) * deliveries.length);
    const watermarkMs = (batch: number) =>
      comesAtMs(deliveries[end(batch) - 1]!) - durationMs(SETTINGS.lateness)!;
    /** @param batch from 1. */
    const feed = async (batch: number) => {
      await ofJob.deliver(deliveries.slice(end(batch - 1), end(batch)));
      await ofJob.heartbeat(comesAtMs(deliveries[end(batch) - 1]!));
    };
    const lastReportMs = Math.max(...telemetry.map(({ lastReportAt }) => Date.parse(lastReportAt)));
    const closing = closingHeartbeat(lastReportMs, SETTINGS);
    return {
      parameters: ofJob.parameters(SETTINGS),
      parallelism,
      lives: [
        {
          before: () => feed(1),
          during: async (job) => {
            await job.awaitWatermark(watermarkMs(1));
            await split();
            await feed(2);
            await job.awaitWatermark(watermarkMs(2));
            await merge();
            await feed(3);
            await job.awaitWatermark(watermarkMs(3));
            await job.checkpoint();
          },
          last: async () => {
            await Promise.all([split(), feed(4)]);
          },
        },
        {
          // A backlog: some shards are read to its end while others have parents that are still unread.
          before: async () => {
            await feed(5);
            await split();
            await feed(6);
            await merge();
            await merge();
            await feed(7);
          },
          during: async (job) => {
            await job.awaitWatermark(watermarkMs(6));
            await job.checkpoint();
          },
          last: split,
        },
        {
          before: async () => {
            await feed(8);
            await merge();
            await ofJob.heartbeat(Date.parse(closing.heartbeat.heartbeatAt));
          },
          during: (job) => job.awaitWatermark(closing.watermarkMs),
        },
      ],
    };
  }
});
