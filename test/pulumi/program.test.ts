/** The program, started the way `pulumi up` starts them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CONFIG, type Part } from "../../runtime/config-table";
import { settingsOf } from "../../runtime/parts";
import { environmentVariable } from "../../runtime/updater/environment";
import { checkout } from "./folders";
import { PROJECT_ROOT } from "./language-host";
import { observe, type Observed, type Registration } from "./monitor";

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
      cooldown: "48h",
      regressionLimit: "0.2",
      updatesPerSecond: "1.5",
      aliasName: "live",
      retryFor: "3h",
      updaterFunctionTag: "optimize=yes",
      updaterDeadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:theirs",
      heartbeatInterval: "7m",
      artefactBucketName: "their-bucket",
      logRetentionDays: "731",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      vpcSubnetIds: '["subnet-7"]',
      vpcSecurityGroupIds: '["sg-7"]',
      tags: '{"team":"platform"}',
    };
    const { exitCode, output, registrations, stackOutputs } = await run(config);
    assert.equal(exitCode, 0, output);
    // What would leave nothing to see here: a mode or a stream that rules out others, and what only functions that
    // join get.
    const elsewhere = ["streamsMode", "streamsTelemetryArn", "layerFlushInterval", "layerLogLevel"];
    assert.deepEqual([...Object.keys(config), ...elsewhere].sort(), Object.keys(CONFIG).sort());

    const inputsOf = (type: string, name: string) => inputsOfOne(registrations, type, `${PROJECT}-${name}`);
    const updater = inputsOf("aws:lambda/function:Function", "updater");
    const application = inputsOf("aws:kinesisanalyticsv2/application:Application", "flink");
    const { flinkApplicationConfiguration: flink, ...job } = application.applicationConfiguration as Inputs;
    const telemetryStream = inputsOf("aws:kinesis/stream:Stream", "streams-telemetry");
    const mapping = inputsOf("aws:lambda/eventSourceMapping:EventSourceMapping", "updater-recommendations");
    const jar = inputsOf("aws:s3/bucketObjectv2:BucketObjectv2", "flink-jar");

    assertIncludes(job, {
      environmentProperties: {
        propertyGroups: [
          {
            propertyGroupId: "lambda-memory-optimizer",
            propertyMap: {
              ...valuesOf(config, "flink", (key) => key),
              telemetryStreamArn: stackOutputs.telemetryStreamArn,
              recommendationsStreamArn: config.streamsRecommendationsArn,
            },
          },
        ],
      },
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
    assertIncludes(
      (updater.environment as { variables: Inputs }).variables,
      valuesOf(config, "updater", environmentVariable),
    );
    assertIncludes(telemetryStream, {
      shardCount: 3,
      retentionPeriod: 72,
      kmsKeyId: config.streamsKmsKeyArn,
      tags: { team: "platform" },
    });
    assertIncludes(mapping, {
      eventSourceArn: config.streamsRecommendationsArn,
      destinationConfig: { onFailure: { destinationArn: config.updaterDeadLetterQueueArn } },
    });
    assertIncludes(jar, { bucket: "their-bucket" });
    assertIncludes(inputsOf("aws:scheduler/schedule:Schedule", "heartbeat"), {
      scheduleExpression: "rate(7 minutes)",
    });
    for (const { inputs } of ofType(registrations, "aws:cloudwatch/logGroup:LogGroup")) {
      assertIncludes(inputs, { retentionInDays: 731 });
    }
    for (const { inputs } of ofType(registrations, "aws:iam/role:Role")) {
      assertIncludes(inputs, { permissionsBoundary: config.permissionsBoundary });
    }
    const { policy } = inputsOf("aws:iam/rolePolicy:RolePolicy", "updater-role-policy");
    const { Statement: statements } = JSON.parse(policy as string) as { Statement: Inputs[] };
    assertIncludes(statements.find(({ Sid }) => Sid === "ChangeMemory") ?? {}, {
      Resource: [config.allowedFunctionArns, `${config.allowedFunctionArns}:*`],
      Condition: { StringEquals: { "aws:ResourceTag/optimize": "yes" } },
    });
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

type Inputs = Readonly<Record<string, unknown>>;

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
