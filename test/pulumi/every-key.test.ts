/** Every key of the stack config, from the program's start to the inputs that it decides. */
import assert from "node:assert/strict";
import { CONFIG, type Part } from "../../runtime/config-table";
import { settingsOf } from "../../runtime/settings";
import { environmentVariable } from "../../runtime/updater/environment";
import type { Registration } from "./monitor";
import { PROJECT, runProgram } from "./program-run";

/** An object of a resource's inputs. */
type Inputs = Readonly<Record<string, unknown>>;

describe("Every key of the config", () => {
  /** Keys whose resources would hide the effect of other keys. */
  const brought = {
    flinkRoleArn: "arn:aws:iam::123456789012:role/their-flink",
    updaterHistoryTableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/their-history",
    updaterLogGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:their-updater-logs",
    updaterRoleArn: "arn:aws:iam::123456789012:role/their-updater",
    logGroups: '["/team/orders"]',
    logsEnabled: "true",
    logsStreamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/their-logs",
    logsRoleArn: "arn:aws:iam::123456789012:role/their-logs",
    monitoring: "false",
  };

  it("that brings a resource reaches the resources that use it", async () => {
    const { exitCode, output, registrations } = await runProgram(brought);
    assert.equal(exitCode, 0, output);
    const inputs = (type: string) => JSON.stringify(registrations.find((each) => each.type === type)?.inputs);
    const application = inputs("aws:kinesisanalyticsv2/application:Application");
    assert.ok(application.includes(`"serviceExecutionRole":"${brought.flinkRoleArn}"`), application);
    const updater = inputs("aws:lambda/function:Function");
    assert.ok(updater.includes(`"role":"${brought.updaterRoleArn}"`), updater);
    assert.ok(updater.includes('"LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE":"their-history"'), updater);
    assert.ok(updater.includes('"logGroup":"their-updater-logs"'), updater);
    assert.ok(application.includes(`"logsStreamArn":"${brought.logsStreamArn}"`), application);
    const subscription = inputs("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter");
    assert.ok(subscription.includes('"logGroup":"/team/orders"'), subscription);
    assert.ok(subscription.includes(`"destinationArn":"${brought.logsStreamArn}"`), subscription);
    assert.ok(subscription.includes(`"roleArn":"${brought.logsRoleArn}"`), subscription);
    assert.deepEqual(
      registrations.filter(({ type }) => /Dashboard|MetricAlarm|QueryDefinition/.test(type)),
      [],
    );
  });

  /** Keys of the schedule, which is incompatible with other keys. */
  const scheduled = {
    flinkSchedule: "cron(40 1,13 ? * * *)",
    flinkRunMinutes: "33",
    flinkRecordsPerSecond: "80",
    flinkScheduleRoleArn: "arn:aws:iam::123456789012:role/their-schedule",
  };

  it("of the schedule reaches the start and the stop", async () => {
    const { exitCode, output, registrations } = await runProgram(scheduled);
    assert.equal(exitCode, 0, output);
    const inputs = (type: string, name: string) => inputsOfOne(registrations, type, `${PROJECT}-${name}`);
    for (const [name, scheduleExpression] of [
      ["start", "cron(40 1,13 ? * * *)"],
      ["stop", "cron(13 2,14 ? * * *)"],
    ] as const) {
      const schedule = inputs("aws:scheduler/schedule:Schedule", `flink-schedule-${name}`);
      assertIncludes(schedule, { scheduleExpression });
      assertIncludes(schedule.target as Inputs, { roleArn: scheduled.flinkScheduleRoleArn });
    }
    // Pulumi.yaml gives every stack the default of 24.
    assertIncludes(inputs("aws:kinesis/stream:Stream", "streams-telemetry"), { retentionPeriod: 48 });

    const busier = await runProgram({ ...scheduled, flinkRecordsPerSecond: "180" });
    assert.match(
      busier.output + busier.errors.join(""),
      /flinkRunMinutes is 33; it must be at least 41 to catch up/,
    );
  });

  it("has its effect in the right place", async () => {
    const config = {
      windowType: "sliding",
      windowLength: "6h",
      bucketLength: "1h",
      sessionGap: "8h",
      slide: "3h",
      lateness: "2h",
      idleTimeout: "90s",
      maxClockSkew: "10m",
      sizing: "percentile",
      sizingPercentile: "99.5",
      bufferMB: "64",
      peakMargin: "0.5",
      pressureStep: "0.75",
      pressureInterval: "2m",
      minActiveDays: "4",
      minInvocations: "40",
      minMemoryMB: "192",
      maxMemoryMB: "4096",
      updateMode: "recommend",
      streamsShards: "3",
      streamsRetentionHours: "72",
      streamsKmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/mine",
      streamsRecommendationsArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/theirs",
      accountLogs: "true",
      accountLogsExcept: '["/team/secret"]',
      logGroupFunctions: '{"/team/orders":"orders"}',
      logsStreamShards: "5",
      flinkParallelism: "6",
      flinkParallelismPerKPU: "2",
      flinkAutoScaling: "true",
      flinkLogLevel: "ERROR",
      flinkMetricsLevel: "OPERATOR",
      flinkSnapshots: "true",
      flinkRestoreFrom: "nothing",
      updaterMemoryMB: "640",
      updaterTimeoutSeconds: "123",
      updaterLogLevel: "FATAL",
      allowedFunctionArns: "arn:aws:lambda:*:*:function:orders-*",
      excludedFunctionArns: "arn:aws:lambda:*:*:function:orders-checkout",
      changeWindow: "Tue-Thu 10:00-16:00 Asia/Kolkata",
      updaterScheduleRoleArn: "arn:aws:iam::123456789012:role/their-deferred",
      minChange: "64MB",
      maxStepDown: "0.25",
      maxStepUp: "0.75",
      pressureStepsPerDay: "12",
      cooldown: "48h",
      regressionLimit: "0.2",
      maxSlowdown: "0.5",
      minSaving: "0.15",
      speedUpCost: "0.05",
      updatesPerSecond: "1.5",
      readsPerSecond: "15.5",
      aliasName: "live",
      retryFor: "3h",
      updaterFunctionTag: "optimize=yes",
      updaterDeadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:theirs",
      updaterHistoryDeletionProtection: "false",
      flinkLogGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:their-flink-logs",
      heartbeatRoleArn: "arn:aws:iam::123456789012:role/their-heartbeat",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/their-logs",
      heartbeatInterval: "7m",
      artefactBucketName: "their-bucket",
      logRetentionDays: "731",
      alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:alarms",
      alarmBehind: "90m",
      alarmTakeBackShare: "0.2",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      vpcSubnetIds: '["subnet-7"]',
      vpcSecurityGroupIds: '["sg-7"]',
      tags: '{"team":"platform"}',
    };
    const { exitCode, output, registrations, stackOutputs } = await runProgram(config);
    assert.equal(exitCode, 0, output);
    // Keys without an effect here: a mode or a stream that rules out others, and those of functions that join.
    const elsewhere = [
      "streamsMode",
      "streamsTelemetryArn",
      "layerFlushInterval",
      "layerLogLevel",
      ...Object.keys(brought),
      ...Object.keys(scheduled),
    ];
    assert.deepEqual([...Object.keys(config), ...elsewhere].sort(), Object.keys(CONFIG).sort());

    const inputsOf = (type: string, name: string) => inputsOfOne(registrations, type, `${PROJECT}-${name}`);
    const updater = inputsOf("aws:lambda/function:Function", "updater");
    const application = inputsOf("aws:kinesisanalyticsv2/application:Application", "flink");
    const { flinkApplicationConfiguration: flink, ...job } =
      application.applicationConfiguration as Inputs & {
        environmentProperties: { propertyGroups: [{ propertyGroupId: string; propertyMap: Inputs }] };
      };
    const [{ propertyMap }] = job.environmentProperties.propertyGroups;

    assertIncludes(propertyMap, {
      ...valuesOf(config, "flink", (key) => key),
      telemetryStreamArn: stackOutputs.telemetryStreamArn,
      recommendationsStreamArn: config.streamsRecommendationsArn,
      logsStreamArn: stackOutputs.logsStreamArn,
      logGroupFunctions: "/team/orders:orders",
    });
    assertIncludes(job, {
      applicationSnapshotConfiguration: { snapshotsEnabled: true },
      runConfiguration: {
        applicationRestoreConfiguration: { applicationRestoreType: "SKIP_RESTORE_FROM_SNAPSHOT" },
        flinkRunConfiguration: { allowNonRestoredState: true },
      },
      vpcConfiguration: { subnetIds: ["subnet-7"], securityGroupIds: ["sg-7"] },
    });
    assertIncludes(flink as Inputs, {
      monitoringConfiguration: { configurationType: "CUSTOM", logLevel: "ERROR", metricsLevel: "OPERATOR" },
      parallelismConfiguration: {
        configurationType: "CUSTOM",
        parallelism: 6,
        parallelismPerKpu: 2,
        autoScalingEnabled: true,
      },
    });
    assertIncludes(updater, {
      memorySize: 640,
      timeout: 123,
      tags: { team: "platform" },
      vpcConfig: { subnetIds: ["subnet-7"], securityGroupIds: ["sg-7"] },
    });
    assertIncludes(updater.loggingConfig as Inputs, { applicationLogLevel: "FATAL" });
    assertIncludes((updater.environment as { variables: Inputs }).variables, {
      ...valuesOf(config, "updater", environmentVariable),
      [environmentVariable("logs")]: "apply",
      [environmentVariable("functionTagKey")]: "optimize",
      [environmentVariable("functionTagValue")]: "yes",
    });
    assertIncludes(inputsOf("aws:dynamodb/table:Table", "updater-history"), {
      deletionProtectionEnabled: false,
    });
    assertIncludes(inputsOf("aws:kinesis/stream:Stream", "streams-telemetry"), {
      shardCount: 3,
      retentionPeriod: 72,
      kmsKeyId: config.streamsKmsKeyArn,
      tags: { team: "platform" },
    });
    assertIncludes(inputsOf("aws:kinesis/stream:Stream", "logs-stream"), {
      shardCount: 5,
      retentionPeriod: 72,
      kmsKeyId: config.streamsKmsKeyArn,
      tags: { team: "platform" },
    });
    const { selectionCriteria } = inputsOf(
      "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
      "subscriptions-account",
    );
    assert.match(String(selectionCriteria), /"\/team\/secret"/);
    assertIncludes(inputsOf("aws:lambda/eventSourceMapping:EventSourceMapping", "updater-recommendations"), {
      eventSourceArn: config.streamsRecommendationsArn,
      destinationConfig: { onFailure: { destinationArn: config.updaterDeadLetterQueueArn } },
    });
    assertIncludes(inputsOf("aws:s3/bucketObjectv2:BucketObjectv2", "flink-jar"), { bucket: "their-bucket" });
    const schedule = inputsOf("aws:scheduler/schedule:Schedule", "heartbeat");
    assertIncludes(schedule, { scheduleExpression: "rate(7 minutes)" });
    assertIncludes(schedule.target as Inputs, { roleArn: config.heartbeatRoleArn });
    assertIncludes(inputsOf("aws:scheduler/schedule:Schedule", "updater-deferred").target as Inputs, {
      roleArn: config.updaterScheduleRoleArn,
    });
    assertIncludes(inputsOf("aws:cloudwatch/logStream:LogStream", "flink-log-stream"), {
      logGroupName: "their-flink-logs",
    });
    for (const { inputs } of ofType(registrations, "aws:cloudwatch/logGroup:LogGroup")) {
      assertIncludes(inputs, { retentionInDays: 731, kmsKeyId: config.kmsKeyArn });
    }
    for (const { inputs } of ofType(registrations, "aws:iam/role:Role")) {
      assertIncludes(inputs, { permissionsBoundary: config.permissionsBoundary });
    }
    const alarm = (end: string) => inputsOf("aws:cloudwatch/metricAlarm:MetricAlarm", `monitoring-${end}`);
    assertIncludes(alarm("telemetry-behind"), {
      threshold: 90 * 60_000,
      alarmActions: [config.alarmTopicArn],
      okActions: [config.alarmTopicArn],
      tags: { team: "platform" },
    });
    assertIncludes(alarm("take-backs"), { threshold: 0.2 });
    const { policy } = inputsOf("aws:iam/rolePolicy:RolePolicy", "updater-role-policy");
    const { Statement: statements } = JSON.parse(policy as string) as { Statement: Inputs[] };
    assertIncludes(statements.find(({ Sid }) => Sid === "ChangeMemory") ?? {}, {
      Resource: [config.allowedFunctionArns, `${config.allowedFunctionArns}:*`],
      Condition: { StringEquals: { "aws:ResourceTag/optimize": "yes" } },
    });
    assertIncludes(statements.find(({ Sid }) => Sid === "LeaveExcludedFunctions") ?? {}, {
      Resource: [config.excludedFunctionArns, `${config.excludedFunctionArns}:*`],
    });
  });
});

function ofType(registrations: readonly Registration[], type: string): Registration[] {
  const found = registrations.filter((each) => each.type === type);
  assert.notEqual(found.length, 0, `there is no ${type}`);
  return found;
}

function inputsOfOne(registrations: readonly Registration[], type: string, name: string): Inputs {
  const [found, another] = ofType(registrations, type).filter((each) => each.name === name);
  assert.ok(found !== undefined && another === undefined, `there is not one ${type} ${name}`);
  return found.inputs;
}

function assertIncludes(inputs: Inputs, expected: Inputs): void {
  const named = Object.keys(expected).map((key) => [key, inputs[key]]);
  assert.deepEqual(Object.fromEntries(named), expected);
}

/** The config's values of the settings that a part reads, by the names that they have there. */
function valuesOf(config: Readonly<Record<string, string>>, part: Part, nameOf: (key: string) => string) {
  return Object.fromEntries(settingsOf(part).map((key) => [nameOf(key), config[key] ?? ""]));
}
