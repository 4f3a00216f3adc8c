/** The program, started the way `pulumi up` starts them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { checkout } from "./folders";
import { PROJECT_ROOT } from "./language-host";
import { observe, type Observed } from "./monitor";

const PROJECT = "lambda-memory-optimizer";
const COMPONENT = "lambda-memory-optimizer:index:LambdaMemoryOptimizer";

/** The first run checks the program's types, as `pulumi up` does; the others need not do it again. */
const TRANSPILE_ONLY: NodeJS.ProcessEnv = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

describe("The program", () => {
  let folder = "";
  before(() => {
    folder = checkout();
  });

  /** Runs index.ts with a stack's config, keys without the project's name. */
  async function run(config: Readonly<Record<string, string>>, env = TRANSPILE_ONLY): Promise<Observed> {
    const keyed = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]),
    );
    return observe({ project: PROJECT, stack: "dev", folder, entryPoint: "index.ts", config: keyed, env });
  }

  it("deploys the component, everything beneath it, and exports its outputs", async () => {
    const { exitCode, output, registrations, stackOutputs } = await run({}, {});
    assert.equal(exitCode, 0, output);
    const [stack, component, ...children] = registrations;
    assert.equal(stack?.type, "pulumi:pulumi:Stack");
    assert.equal(component?.type, COMPONENT);
    assert.ok(children.length > 30, `${children.length} children`);
    for (const child of children) {
      assert.ok(child.parent.includes(COMPONENT), `${child.name} is a child of ${child.parent}`);
      assert.match(child.name, /^lambda-memory-optimizer-/);
    }
    const urns = registrations.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "two children have the same URN");
    assert.deepEqual(Object.keys(stackOutputs).sort(), [
      "deadLetterQueueUrl",
      "flinkApplicationName",
      "historyTableName",
      "layerArn",
      "producerPolicyArn",
      "recommendationsStreamArn",
      "recommendationsStreamName",
      "telemetryStreamArn",
      "telemetryStreamName",
      "updaterFunctionName",
    ]);
    for (const [name, value] of Object.entries(stackOutputs)) assert.match(String(value), /./, name);
  });

  it("starts the application after its role's policy and its jar, and the updater after its policy", async () => {
    const { registrations } = await run({});
    const dependencies = (type: string) =>
      registrations.find((each) => each.type === type)?.dependencies.join(" ");
    const application = dependencies("aws:kinesisanalyticsv2/application:Application") ?? "";
    assert.match(application, /rolePolicy:RolePolicy::lambda-memory-optimizer-flink-role-policy/);
    assert.match(application, /bucketObjectv2:BucketObjectv2::lambda-memory-optimizer-flink-jar/);
    for (const type of ["aws:lambda/function:Function", "aws:lambda/eventSourceMapping:EventSourceMapping"]) {
      assert.match(dependencies(type) ?? "", /RolePolicy::lambda-memory-optimizer-updater-role-policy/, type);
    }
  });

  for (const stack of ["dev", "prod"]) {
    it(`takes the config of Pulumi.${stack}.yaml`, async () => {
      const { config } = parse(fs.readFileSync(path.join(PROJECT_ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
        config: Record<string, unknown>;
      };
      const values = Object.entries(config).map(([key, value]) => [
        key.replace(`${PROJECT}:`, ""),
        String(value),
      ]);
      const { exitCode, output, registrations } = await run(
        Object.fromEntries(values) as Record<string, string>,
      );
      assert.equal(exitCode, 0, output);
      assert.match(
        JSON.stringify(registrations),
        stack === "dev" ? /"windowLength":"10m"/ : /"windowLength":"14d"/,
      );
    });
  }

  /** Keys whose resources would leave other keys nothing to show. */
  const brought = {
    flinkRoleArn: "arn:aws:iam::123456789012:role/their-flink",
    updaterHistoryTableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/their-history",
    updaterLogGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:their-updater-logs",
    updaterRoleArn: "arn:aws:iam::123456789012:role/their-updater",
  };

  it("takes the ARNs of what is brought to where they belong", async () => {
    const { exitCode, output, registrations } = await run(brought);
    assert.equal(exitCode, 0, output);
    const inputs = (type: string) => JSON.stringify(registrations.find((each) => each.type === type)?.inputs);
    const application = inputs("aws:kinesisanalyticsv2/application:Application");
    assert.ok(application.includes(`"serviceExecutionRole":"${brought.flinkRoleArn}"`), application);
    const updater = inputs("aws:lambda/function:Function");
    assert.ok(updater.includes(`"role":"${brought.updaterRoleArn}"`), updater);
    assert.ok(updater.includes('"LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE":"their-history"'), updater);
    assert.ok(updater.includes('"logGroup":"their-updater-logs"'), updater);
  });

  it("takes every key of the config to where it belongs", async () => {
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
      minChange: "64MB",
      maxStepDown: "0.25",
      maxStepUp: "0.75",
      pressureStepsPerDay: "12",
      cooldown: "48h",
      regressionLimit: "0.2",
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
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      vpcSubnetIds: '["subnet-7"]',
      vpcSecurityGroupIds: '["sg-7"]',
      tags: '{"team":"platform"}',
    };
    const { exitCode, output, registrations } = await run(config);
    assert.equal(exitCode, 0, output);
    // What would leave nothing to see here: a mode or a stream that rules out others, and what only functions that
    // join get.
    const elsewhere = [
      "streamsMode",
      "streamsTelemetryArn",
      "layerFlushInterval",
      "layerLogLevel",
      ...Object.keys(brought),
    ];
    assert.deepEqual([...Object.keys(config), ...elsewhere].sort(), schemaKeys());
    // A policy is JSON within the JSON: its quotes are escaped.
    const inputs = JSON.stringify(registrations.map((each) => each.inputs)).replaceAll('\\"', '"');
    for (const expected of [
      '"windowType":"sliding"',
      '"windowLength":"6h"',
      '"bucketLength":"1h"',
      '"sessionGap":"8h"',
      '"slide":"3h"',
      '"lateness":"2h"',
      '"idleTimeout":"90s"',
      '"maxClockSkew":"10m"',
      '"sizing":"percentile"',
      '"sizingPercentile":"99.5"',
      '"bufferMB":"64"',
      '"peakMargin":"0.5"',
      '"pressureStep":"0.75"',
      '"pressureInterval":"2m"',
      '"minActiveDays":"4"',
      '"minInvocations":"40"',
      '"minMemoryMB":"192"',
      '"LAMBDA_MEMORY_OPTIMIZER_MIN_MEMORY_MB":"192"',
      '"maxMemoryMB":"4096"',
      '"LAMBDA_MEMORY_OPTIMIZER_UPDATE_MODE":"recommend"',
      '"shardCount":3',
      '"retentionPeriod":72',
      '"kmsKeyId":"arn:aws:kms:eu-central-1:123456789012:key/mine"',
      '"recommendationsStreamArn":"arn:aws:kinesis:eu-central-1:123456789012:stream/theirs"',
      '"parallelism":6',
      '"parallelismPerKpu":2',
      '"autoScalingEnabled":true',
      '"logLevel":"ERROR"',
      '"metricsLevel":"OPERATOR"',
      '"snapshotsEnabled":true',
      '"applicationRestoreType":"SKIP_RESTORE_FROM_SNAPSHOT"',
      '"memorySize":640',
      '"timeout":123',
      '"applicationLogLevel":"FATAL"',
      '"arn:aws:lambda:*:*:function:orders-*"',
      '"LAMBDA_MEMORY_OPTIMIZER_MIN_CHANGE":"64MB"',
      '"LAMBDA_MEMORY_OPTIMIZER_MAX_STEP_DOWN":"0.25"',
      '"LAMBDA_MEMORY_OPTIMIZER_MAX_CLOCK_SKEW":"10m"',
      '"LAMBDA_MEMORY_OPTIMIZER_MAX_STEP_UP":"0.75"',
      '"LAMBDA_MEMORY_OPTIMIZER_PRESSURE_STEPS_PER_DAY":"12"',
      '"LAMBDA_MEMORY_OPTIMIZER_COOLDOWN":"48h"',
      '"LAMBDA_MEMORY_OPTIMIZER_REGRESSION_LIMIT":"0.2"',
      '"LAMBDA_MEMORY_OPTIMIZER_UPDATES_PER_SECOND":"1.5"',
      '"LAMBDA_MEMORY_OPTIMIZER_READS_PER_SECOND":"15.5"',
      '"LAMBDA_MEMORY_OPTIMIZER_FUNCTION_TAG_KEY":"optimize"',
      '"LAMBDA_MEMORY_OPTIMIZER_FUNCTION_TAG_VALUE":"yes"',
      '"LAMBDA_MEMORY_OPTIMIZER_ALIAS_NAME":"live"',
      '"LAMBDA_MEMORY_OPTIMIZER_RETRY_FOR":"3h"',
      '"aws:ResourceTag/optimize":"yes"',
      '"destinationArn":"arn:aws:sqs:eu-central-1:123456789012:theirs"',
      '"deletionProtectionEnabled":false',
      '"logGroupName":"their-flink-logs"',
      '"roleArn":"arn:aws:iam::123456789012:role/their-heartbeat"',
      '"kmsKeyId":"arn:aws:kms:eu-central-1:123456789012:key/their-logs"',
      "rate(7 minutes)",
      '"bucket":"their-bucket"',
      '"retentionInDays":731',
      '"permissionsBoundary":"arn:aws:iam::123456789012:policy/boundary"',
      '"subnetIds":["subnet-7"]',
      '"securityGroupIds":["sg-7"]',
      '"tags":{"team":"platform"}',
    ]) {
      assert.ok(inputs.includes(expected), `nothing has ${expected}`);
    }
  });

  it("gives the telemetry stream its shards only where that means something", async () => {
    const theirs = "arn:aws:kinesis:eu-central-1:123456789012:stream/theirs";
    for (const [config, shards] of [
      [{ streamsMode: "PROVISIONED", streamsShards: "2" }, [2, 1]],
      [{ streamsMode: "ON_DEMAND", streamsShards: "2" }, [undefined, 1]],
      [{ streamsTelemetryArn: theirs, streamsShards: "2" }, [1]],
    ] as const) {
      const { exitCode, output, registrations } = await run(config);
      assert.equal(exitCode, 0, output);
      const streams = registrations.filter(({ type }) => type === "aws:kinesis/stream:Stream");
      assert.deepEqual(
        streams.map(({ inputs }) => inputs.shardCount),
        shards,
      );
    }
  });

  for (const [config, sentence] of [
    [{ windowLenght: "7d" }, /^windowLenght is not a config key; the nearest is windowLength\.$/m],
    [
      { flinkParallelism: "1", flinkParallelismPerKPU: "2" },
      /^flinkParallelismPerKPU is 2; it must be at most flinkParallelism, which is 1\.$/m,
    ],
    [{ flinkParallelism: "0" }, /^flinkParallelism is 0; it must be a whole number from 1 to 64\.$/m],
    [
      { updaterFunctionTag: "optimize" },
      /^updaterFunctionTag is "optimize"; it must be of the form key=value\.$/m,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(config)} in one sentence, before it registers anything`, async () => {
      const { exitCode, errors, registrations } = await run(config);
      assert.notEqual(exitCode, 0);
      assert.equal(errors.length, 1);
      assert.match(errors[0]!, sentence);
      assert.deepEqual(
        registrations.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
        [],
      );
    });
  }
});

function schemaKeys(): string[] {
  const { config } = parse(fs.readFileSync(path.join(PROJECT_ROOT, "Pulumi.yaml"), "utf8")) as {
    config: object;
  };
  return Object.keys(config).sort();
}
