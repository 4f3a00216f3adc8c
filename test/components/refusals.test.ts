import assert from "node:assert/strict";
import { LambdaMemoryOptimizer, SettingError, type LambdaMemoryOptimizerArgs } from "../../components";
import { deploy, placeholderArtefacts } from "./mock-engine";

const artefacts = placeholderArtefacts();

/** Arguments that TypeScript would also reject if they were written in a program. */
type Unchecked = Record<string, unknown>;

const REFUSED: [args: Unchecked, sentence: RegExp][] = [
  [{ windowLength: "fortnight" }, /^windowLength is "fortnight"; it must be a duration .+\.$/],
  [
    { windowLength: "36h" },
    /^windowLength is 36h; it must be a whole multiple of bucketLength, which is 1d\.$/,
  ],
  [
    { minMemoryMB: 512, maxMemoryMB: 256 },
    /^minMemoryMB is 512; it must be at most maxMemoryMB, which is 256\.$/,
  ],
  [{ updateMode: "maybe" }, /^updateMode is "maybe"; it must be one of apply, recommend\.$/],
  [{ streams: { mode: "FAST" } }, /^streams\.mode is "FAST"; it must be one of PROVISIONED, ON_DEMAND\.$/],
  [{ streams: { shards: 0 } }, /^streams\.shards is 0; it must be a whole number from 1 to 20000\.$/],
  [{ streams: { mode: "ON_DEMAND", shards: 2 } }, /^streams\.shards is 2; .+ streams\.mode is ON_DEMAND\.$/],
  [{ streams: { retentionHours: 12 } }, /^streams\.retentionHours is 12; .+ from 24 to 8760\.$/],
  [
    { streams: { kmsKeyArn: "alias/mine" } },
    /^streams\.kmsKeyArn is "alias\/mine"; it must be an ARN of kms\.$/,
  ],
  [
    { streams: { telemetryArn: "telemetry" } },
    /^streams\.telemetryArn is "telemetry"; it must be the ARN of a Kinesis data stream\.$/,
  ],
  [
    { streams: { telemetryArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/t", shards: 2 } },
    /^streams\.shards is 2; it must be left out if streams\.telemetryArn brings a stream\.$/,
  ],
  [
    { streams: { recommendationsArn: "arn:aws:sqs:::q" } },
    /^streams\.recommendationsArn is .+ the ARN of a Kinesis data stream\.$/,
  ],
  [{ alarms: { topicArn: "alarms" } }, /^alarms\.topicArn is "alarms"; it must be an ARN of sns\.$/],
  [{ alarms: { behind: "long" } }, /^alarms\.behind is "long"; it must be a duration .+\.$/],
  [{ alarms: { takeBackShare: 5 } }, /^alarms\.takeBackShare is 5; it must be .+ 0\.05 for 5%/],
  [
    { monitoring: false, alarms: { topicArn: "arn:aws:sns:eu-west-1:123456789012:alarms" } },
    /^alarms\.topicArn names a topic; it must be left out if monitoring is false\.$/,
  ],
  [{ monitoring: "no" }, /^monitoring is "no"; it must be true or false\.$/],
  [{ flink: { parallelism: 1.5 } }, /^flink\.parallelism is 1\.5; it must be a whole number from 1 to 64\.$/],
  [
    { flink: { parallelismPerKPU: 2 } },
    /^flink\.parallelismPerKPU is 2; .+ flink\.parallelism, which is 1\.$/,
  ],
  [{ flink: { logLevel: "LOUD" } }, /^flink\.logLevel is "LOUD"; it must be one of DEBUG, .+\.$/],
  [{ flink: { metricsLevel: "ALL" } }, /^flink\.metricsLevel is "ALL"; it must be one of APPLICATION, .+\.$/],
  [
    { flink: { restoreFrom: "memory" } },
    /^flink\.restoreFrom is "memory"; it must be one of snapshot, nothing\.$/,
  ],
  [
    { flink: { schedule: "hourly" } },
    /^flink\.schedule is "hourly"; it must be always, daily, or cron\(MINUTE HOURS \? \* DAYS \*\) in UTC, .+\.$/,
  ],
  [
    { flink: { schedule: "cron(*/5 * * * ? *)" } },
    /^flink\.schedule is "cron.+"; it must be always, daily, or .+\.$/,
  ],
  [{ flink: { runMinutes: 9 } }, /^flink\.runMinutes is 9; it must be a whole number from 10 to 1430\.$/],
  [
    { flink: { schedule: "cron(0 2,3 ? * * *)", runMinutes: 55 } },
    /^flink\.runMinutes is 55; it must be at most 50, since flink\.schedule starts a run 60 minutes after another\.$/,
  ],
  [
    { flink: { schedule: "cron(45 2,23 ? * MON-FRI *)" } },
    /^flink\.schedule is cron.+ and flink\.runMinutes is 30; all runs of a day must end on that day, or all on the next\.$/,
  ],
  [
    { flink: { schedule: "daily", snapshots: false } },
    /^flink\.snapshots is false; it must be true if flink\.schedule is daily, .+\.$/,
  ],
  [
    { flink: { schedule: "daily", restoreFrom: "nothing" } },
    /^flink\.restoreFrom is nothing; it must be snapshot if flink\.schedule is daily, .+\.$/,
  ],
  [
    { flink: { schedule: "daily" }, streams: { retentionHours: 47 } },
    /^streams\.retentionHours is 47; it must be at least 48 with this flink\.schedule\.$/,
  ],
  [
    { flink: { schedule: "cron(0 2 ? * SUN *)" }, streams: { retentionHours: 168 } },
    /^streams\.retentionHours is 168; it must be at least 192 with this flink\.schedule\.$/,
  ],
  [
    { flink: { schedule: "daily", recordsPerSecond: 100 } },
    /^flink\.runMinutes is 30; it must be at least 43 to catch up with 24 hours of flink\.recordsPerSecond = 100 on 1 shard\.$/,
  ],
  [
    { flink: { schedule: "daily", recordsPerSecond: 2_000 } },
    /^flink\.schedule can't catch up with 24 hours of flink\.recordsPerSecond = 2000 on 1 shard; .+ more shards\.$/,
  ],
  [{ updater: { memoryMB: 64 } }, /^updater\.memoryMB is 64; it must be a whole number from 128 to 10240\.$/],
  [{ updater: { timeoutSeconds: 901 } }, /^updater\.timeoutSeconds is 901; .+ from 1 to 900\.$/],
  [{ updater: { logLevel: "LOUD" } }, /^updater\.logLevel is "LOUD"; it must be one of TRACE, .+\.$/],
  [
    { allowedFunctionArns: "orders-*" },
    /^allowedFunctionArns holds "orders-\*"; it must be \* or of the form arn:.+\.$/,
  ],
  [
    { allowedFunctionArns: "arn:aws:s3:*:*:function:a" },
    /^allowedFunctionArns holds "arn:aws:s3:.+"; it must be .+\.$/,
  ],
  [
    { excludedFunctionArns: "orders-*" },
    /^excludedFunctionArns holds "orders-\*"; it must be \* or of the form arn:.+\.$/,
  ],
  [
    { changeWindow: "weekdays" },
    /^changeWindow is "weekdays"; it must be days, hours and an IANA time zone.+\.$/,
  ],
  [
    { updater: { scheduleRoleArn: "their-role" } },
    /^updater\.scheduleRoleArn is "their-role"; it must be an ARN of iam\.$/,
  ],
  [
    { updater: { functionTag: { key: "", value: "x" } } },
    /^updater\.functionTag has an empty key or value; .+\.$/,
  ],
  [{ updater: { deadLetterQueueArn: "https://sqs" } }, /^updater\.deadLetterQueueArn is .+ an ARN of sqs\.$/],
  [{ layer: { flushInterval: "soon" } }, /^layer\.flushInterval is "soon"; it must be a duration from .+\.$/],
  [{ layer: { logLevel: "LOUD" } }, /^layer\.logLevel is "LOUD"; it must be one of debug, .+\.$/],
  [{ heartbeatInterval: "90s" }, /^heartbeatInterval is "90s"; it must be a duration of whole minutes .+\.$/],
  [{ kmsKeyArn: "alias/mine" }, /^kmsKeyArn is "alias\/mine"; it must be an ARN of kms\.$/],
  [{ logRetentionDays: 31 }, /^logRetentionDays is 31; it must be one of 1, 3, 5, .+\.$/],
  [{ vpc: { subnetIds: [], securityGroupIds: ["sg-1"] } }, /^vpc\.subnetIds is empty; .+\.$/],
  [
    { artefacts: { ...artefacts, flinkJar: "/no/such.jar" } },
    /^artefacts\.flinkJar is "\/no\/such\.jar", which does not exist; .+\.$/,
  ],
];

describe("Arguments that can't be deployed", () => {
  for (const [args, sentence] of REFUSED) {
    it(`are rejected before anything is registered: ${sentence.source}`, async () => {
      const { resources, outputs } = await deploy(() => refusalOf("optimizer", { artefacts, ...args }));
      assert.match(outputs, sentence);
      assert.deepEqual(resources.all, []);
    });
  }

  for (const name of ["", "1st", "under_score", "o".repeat(40)]) {
    it(`are rejected: a component named ${JSON.stringify(name)}`, () => {
      assert.match(
        refusalOf(name, { artefacts }),
        /^The component's name is .+; it must be 1 to 39 letters, .+\.$/,
      );
    });
  }
});

function refusalOf(name: string, args: LambdaMemoryOptimizerArgs): string {
  try {
    new LambdaMemoryOptimizer(name, args);
  } catch (error) {
    assert.ok(error instanceof SettingError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "it was not refused" });
}
