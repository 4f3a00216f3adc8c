/** A Flink application that runs on a schedule, and the conditions for it. */
import assert from "node:assert/strict";
import { LambdaMemoryOptimizer, type LambdaMemoryOptimizerArgs } from "../../components";
import { minutesToCatchUp } from "../../components/flink-backlog";
import { environmentVariable } from "../../runtime/updater/environment";
import { deploy, placeholderArtefacts, type MockOptions, type Resources } from "./mock-engine";

const artefacts = placeholderArtefacts();
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const telemetryArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/theirs";

async function deployed(args: LambdaMemoryOptimizerArgs, options?: MockOptions): Promise<Resources> {
  const program = () => new LambdaMemoryOptimizer("optimizer", { artefacts, ...args }).outputs;
  return (await deploy(program, options)).resources;
}

describe("A scheduled Flink application", () => {
  it("is started from its latest snapshot and stopped with a new one, by calls to the service itself", async () => {
    const resources = await deployed({ flink: { schedule: "daily", runMinutes: 45 } });
    const application = "optimizer-flink-1a2b3c4";
    const schedule = (name: string) => {
      const { scheduleExpression, flexibleTimeWindow, target } = resources.one(
        SCHEDULE,
        `optimizer-flink-schedule-${name}`,
      ).inputs;
      const { input, ...rest } = target as { input: string };
      return { scheduleExpression, flexibleTimeWindow, ...rest, input: JSON.parse(input) as unknown };
    };
    const common = {
      flexibleTimeWindow: { mode: "OFF" },
      roleArn: "arn:aws:iam::123456789012:role/optimizer-flink-schedule-role-1a2b3c4",
    };
    assert.deepEqual(schedule("start"), {
      ...common,
      scheduleExpression: "cron(15 2 ? * * *)",
      arn: "arn:aws:scheduler:::aws-sdk:kinesisanalyticsv2:startApplication",
      retryPolicy: { maximumEventAgeInSeconds: 1_350, maximumRetryAttempts: 185 },
      input: {
        ApplicationName: application,
        RunConfiguration: {
          ApplicationRestoreConfiguration: { ApplicationRestoreType: "RESTORE_FROM_LATEST_SNAPSHOT" },
          FlinkRunConfiguration: { AllowNonRestoredState: true },
        },
      },
    });
    assert.deepEqual(schedule("stop"), {
      ...common,
      scheduleExpression: "cron(0 3 ? * * *)",
      arn: "arn:aws:scheduler:::aws-sdk:kinesisanalyticsv2:stopApplication",
      retryPolicy: { maximumEventAgeInSeconds: 41_850, maximumRetryAttempts: 185 },
      input: { ApplicationName: application },
    });
  });

  it("is left alone by pulumi up, which only starts an application that always runs", async () => {
    const startsIt = async (flink: LambdaMemoryOptimizerArgs["flink"]) =>
      (await deployed({ flink })).one("aws:kinesisanalyticsv2/application:Application").inputs
        .startApplication;
    assert.equal(await startsIt({ schedule: "daily" }), false);
    assert.equal(await startsIt({ schedule: "always" }), true);
    assert.equal(await startsIt(undefined), true);
  });

  it("makes the telemetry and logs streams, but no other stream, keep records for long enough", async () => {
    const kept = async (args: LambdaMemoryOptimizerArgs) =>
      Object.fromEntries(
        (await deployed({ logs: { enabled: true }, ...args }))
          .ofType("aws:kinesis/stream:Stream")
          .map(({ name, inputs }) => [name.replace("optimizer-", ""), inputs.retentionPeriod]),
      );
    const hours = (telemetry: number, logs: number, recommendations: number) => ({
      "streams-telemetry": telemetry,
      "logs-stream": logs,
      "streams-recommendations": recommendations,
    });
    assert.deepEqual(await kept({ flink: { schedule: "daily" } }), hours(48, 48, 24));
    assert.deepEqual(await kept({ flink: { schedule: "cron(0 2,14 ? * * *)" } }), hours(48, 48, 24));
    // From Friday, 2:00 to Monday, 2:00, and a day more.
    assert.deepEqual(await kept({ flink: { schedule: "cron(0 2 ? * MON-FRI *)" } }), hours(96, 96, 24));
    assert.deepEqual(
      await kept({ flink: { schedule: "daily" }, streams: { retentionHours: 72 } }),
      hours(72, 72, 72),
    );
    assert.deepEqual(await kept({}), hours(24, 24, 24));
  });

  it("makes the updater read memory pressure from the telemetry stream through a filter", async () => {
    const resources = await deployed({
      flink: { schedule: "daily" },
      pressureStep: 0.5,
      pressureInterval: "5m",
      bufferMB: 64,
    });
    const { filterCriteria, ...mapping } = resources.one(MAPPING, "optimizer-updater-pressure").inputs;
    assert.deepEqual(filterCriteria, {
      filters: [{ pattern: '{"data":{"outOfMemory":[{"numeric":[">",0]}]}}' }],
    });
    assert.deepEqual(mapping, {
      functionName: "arn:aws:lambda:eu-central-1:123456789012:function:optimizer-updater-1a2b3c4",
      eventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-streams-telemetry-1a2b3c4",
      startingPosition: "LATEST",
      batchSize: 100,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 1_000,
      maximumRecordAgeInSeconds: 86_400,
      destinationConfig: {
        onFailure: {
          destinationArn: "arn:aws:sqs:eu-central-1:123456789012:optimizer-updater-dead-letters-1a2b3c4",
        },
      },
    });
    const { variables } = resources.one("aws:lambda/function:Function").inputs.environment as {
      variables: Record<string, string>;
    };
    assert.equal(variables[environmentVariable("pressureStep")], "0.5");
    assert.equal(variables[environmentVariable("pressureInterval")], "5m");
    assert.equal(variables[environmentVariable("bufferMB")], "64");
  });

  it("doesn't make the updater read telemetry if the application always runs, so nothing is done twice", async () => {
    const resources = await deployed({ bufferMB: 64 });
    assert.equal(resources.one(MAPPING).name, "optimizer-updater-recommendations");
    assert.equal(resources.one(SCHEDULE).name, "optimizer-heartbeat");
    assert.ok(!JSON.stringify(resources.one("aws:lambda/function:Function").inputs).includes("BUFFER_MB"));
  });

  it("uses a role that the user brings", async () => {
    const scheduleRoleArn = "arn:aws:iam::123456789012:role/their-schedule";
    const resources = await deployed({ flink: { schedule: "daily", scheduleRoleArn } });
    for (const name of ["start", "stop"]) {
      const { target } = resources.one(SCHEDULE, `optimizer-flink-schedule-${name}`).inputs;
      assert.equal((target as { roleArn: string }).roleArn, scheduleRoleArn);
    }
    assert.ok(!resources.all.some(({ name }) => name.includes("flink-schedule-role")));
  });

  it("can be changed by transforms", async () => {
    const resources = await deployed({
      flink: { schedule: "daily" },
      transform: {
        flink: {
          schedule: { start: { groupName: "a" }, stop: { groupName: "b" }, role: { path: "/jobs/" } },
        },
        updater: { pressureMapping: { parallelizationFactor: 2 } },
      },
    });
    const role = resources.one("aws:iam/role:Role", "optimizer-flink-schedule-role").inputs;
    assert.equal(role.path, "/jobs/");
    const group = "arn:aws:scheduler:*:123456789012:schedule-group/";
    assert.ok(String(role.assumeRolePolicy).includes(JSON.stringify([`${group}a`, `${group}b`])));
    assert.equal(resources.one(MAPPING, "optimizer-updater-pressure").inputs.parallelizationFactor, 2);
  });
});

describe("A brought stream of a scheduled Flink application", () => {
  const found = (hours: number, shards = 1) => ({
    awsFunctions: {
      "aws:kinesis/getStream:getStream": {
        retentionPeriod: hours,
        openShards: Array.from({ length: shards }, (_, i) => `shard-${i}`),
      },
    },
  });
  const scheduled = { flink: { schedule: "daily" }, streams: { telemetryArn } };

  it("is used unchanged if it keeps records for long enough", async () => {
    const resources = await deployed(scheduled, found(48));
    assert.equal(resources.one(MAPPING, "optimizer-updater-pressure").inputs.eventSourceArn, telemetryArn);
  });

  for (const [args, options, sentence] of [
    [
      scheduled,
      found(24),
      /The stream of streams\.telemetryArn keeps records for 24 hours; it must be at least 48 with this flink\.schedule\./,
    ],
    [
      { flink: { schedule: "daily" }, logs: { streamArn: telemetryArn } },
      found(47),
      /The stream of logs\.streamArn keeps records for 47 hours; it must be at least 48 /,
    ],
    [
      { ...scheduled, flink: { schedule: "daily", recordsPerSecond: 100 } },
      found(48, 1),
      /flink\.runMinutes is 30; it must be at least 43 to catch up with 24 hours of flink\.recordsPerSecond = 100 on 1 shard\./,
    ],
  ] as const) {
    it(`is refused: ${sentence.source}`, async () => {
      await assert.rejects(deployed(args, options), sentence);
    });
  }

  it("counts with its actual number of shards", async () => {
    await deployed(
      { ...scheduled, flink: { schedule: "daily", recordsPerSecond: 100, parallelism: 2 } },
      found(48, 2),
    );
  });

  it("passes if it can't be looked up", async () => {
    const resources = await deployed(scheduled, {
      awsFunctions: { "aws:kinesis/getStream:getStream": new Error("ResourceNotFoundException") },
    });
    assert.ok(resources.one(MAPPING, "optimizer-updater-pressure"));
  });
});

describe("The time to catch up", () => {
  const day = { gapMinutes: 1_440, recordsPerSecond: 100, shards: 1, parallelism: 1 };

  it("is the backlog ÷ (records read − records that arrive meanwhile)", () => {
    // 8.64 million records, read at 4,000 a second less twice 100, are 37.9 minutes.
    assert.equal(minutesToCatchUp(day), 5 + 38);
    assert.equal(minutesToCatchUp({ ...day, shards: 2 }), 5 + Math.ceil(144_000 / 7_800));
    // Two shards could be read faster than 10,000 a second by one task; here are eight.
    assert.equal(minutesToCatchUp({ ...day, shards: 8, parallelism: 1 }), 5 + Math.ceil(144_000 / 9_900));
    assert.equal(minutesToCatchUp({ ...day, recordsPerSecond: 2_000 }), Infinity);
  });
});
