/** Each part on its own: the inputs that decide whether it works in AWS. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  ArtefactBucket,
  ExtensionLayer,
  FlinkApplication,
  Heartbeat,
  Streams,
  Updater,
  type FlinkConfig,
} from "../../components";
import type { UpdaterArgs } from "../../components/updater-config";
import { parseSettings, type Settings } from "../../runtime/settings";
import { deploymentFromEnvironment } from "../../runtime/updater/deployment";
import { applyDeferredSchema } from "../../runtime/updater/deferred";
import { environmentVariable, settingsFromEnvironment } from "../../runtime/updater/environment";
import { deploy, placeholderArtefacts } from "./mock-engine";

const artefacts = placeholderArtefacts();
const settings = parseSettings();
const telemetryStreamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry";
const recommendationsStreamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/recommendations";

describe("ExtensionLayer", () => {
  it("is one zip for both architectures, and keeps the versions that functions still use", async () => {
    const { resources, outputs } = await deploy(() => new ExtensionLayer("layer", artefacts).layerArn);
    const { code, ...inputs } = resources.one("aws:lambda/layerVersion:LayerVersion").inputs;
    assert.equal(await (code as { path: Promise<string> }).path, artefacts.layerZip);
    assert.deepEqual(inputs, {
      layerName: "layer-stack",
      description: "Reports the memory that a function really uses, for lambda-memory-optimizer",
      compatibleArchitectures: ["x86_64", "arm64"],
      compatibleRuntimes: ["nodejs20.x", "nodejs22.x", "nodejs24.x"],
      skipDestroy: true,
    });
    assert.equal(outputs, "arn:aws:lambda:eu-central-1:123456789012:layer:layer-1a2b3c4:1");
  });
});

describe("Streams", () => {
  it("are encrypted with the key that AWS manages, and have one shard each", async () => {
    const { resources } = await deploy(() => new Streams("streams").telemetryStreamArn);
    for (const stream of ["streams-telemetry", "streams-recommendations"]) {
      assert.deepEqual(resources.one("aws:kinesis/stream:Stream", stream).inputs, {
        encryptionType: "KMS",
        kmsKeyId: "alias/aws/kinesis",
        retentionPeriod: 24,
        shardCount: 1,
        streamModeDetails: { streamMode: "PROVISIONED" },
      });
    }
  });

  it("apply the capacity mode only to the telemetry stream", async () => {
    const { resources } = await deploy(
      () => new Streams("streams", { mode: "ON_DEMAND", retentionHours: 48 }),
    );
    const shapes = resources
      .ofType("aws:kinesis/stream:Stream")
      .map(({ name, inputs }) => [name, inputs.streamModeDetails, inputs.shardCount, inputs.retentionPeriod]);
    assert.deepEqual(shapes, [
      ["streams-telemetry", { streamMode: "ON_DEMAND" }, undefined, 48],
      ["streams-recommendations", { streamMode: "PROVISIONED" }, 1, 48],
    ]);
  });
});

describe("ArtefactBucket", () => {
  it("is private, encrypted and versioned", async () => {
    const { resources } = await deploy(() => new ArtefactBucket("artefacts").bucketName);
    const of = (type: string) => resources.one(type).inputs;
    assert.deepEqual(of("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"), {
      bucket: "artefacts-1a2b3c4",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(
      of("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").rules,
      [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    );
    assert.deepEqual(of("aws:s3/bucketVersioning:BucketVersioning").versioningConfiguration, {
      status: "Enabled",
    });
  });

  it("drops earlier builds a month after an update has deleted them", async () => {
    const { resources } = await deploy(() => new ArtefactBucket("artefacts").bucketName);
    const { rules } = resources.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    ).inputs;
    assert.deepEqual(rules, [
      {
        id: "expire-old-builds",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        expiration: { expiredObjectDeleteMarker: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });
});

describe("FlinkApplication", () => {
  const deployApplication = async (args: FlinkConfig = {}, flinkJar = artefacts.flinkJar) => {
    const { resources } = await deploy(
      () =>
        new FlinkApplication("flink", {
          ...args,
          settings,
          telemetryStreamArn,
          recommendationsStreamArn,
          flinkJar,
        }),
    );
    return {
      jar: resources.one("aws:s3/bucketObjectv2:BucketObjectv2").inputs,
      application: resources.one("aws:kinesisanalyticsv2/application:Application").inputs as {
        startApplication: boolean;
        runtimeEnvironment: string;
        applicationConfiguration: Record<string, Record<string, unknown>>;
      },
    };
  };

  it("gives the job all the parameters that it reads, as texts", async () => {
    const { application } = await deployApplication();
    assert.deepEqual(application.applicationConfiguration.environmentProperties, {
      propertyGroups: [
        {
          propertyGroupId: "lambda-memory-optimizer",
          propertyMap: {
            telemetryStreamArn,
            recommendationsStreamArn,
            functionArnPrefixes: "arn:aws:lambda:eu-central-1:123456789012:function:",
            windowType: "tumbling",
            windowLength: "14d",
            bucketLength: "1d",
            sessionGap: "3d",
            slide: "1d",
            lateness: "1h",
            idleTimeout: "60s",
            maxClockSkew: "1h",
            sizing: "average-above-peak",
            sizingPercentile: "95",
            bufferMB: "100",
            peakMargin: "0.15",
            pressureStep: "0.25",
            pressureInterval: "60s",
            minActiveDays: "1",
            minInvocations: "1",
            minMemoryMB: "128",
            maxMemoryMB: "10240",
          },
        },
      ],
    });
  });

  it("starts on Flink 2.2 with custom configuration throughout", async () => {
    const { application } = await deployApplication({
      parallelism: 4,
      parallelismPerKPU: 2,
      autoScaling: true,
    });
    assert.equal(application.startApplication, true);
    assert.equal(application.runtimeEnvironment, "FLINK-2_2");
    const flink = application.applicationConfiguration.flinkApplicationConfiguration as Record<
      string,
      object
    >;
    for (const section of Object.values(flink))
      assert.equal((section as Record<string, unknown>).configurationType, "CUSTOM");
    assert.deepEqual(flink.parallelismConfiguration, {
      configurationType: "CUSTOM",
      parallelism: 4,
      parallelismPerKpu: 2,
      autoScalingEnabled: true,
    });
  });

  it("restores from the latest snapshot, unless snapshots are off or restoreFrom is nothing", async () => {
    for (const [snapshots, restoreFrom, restore] of [
      [true, undefined, "RESTORE_FROM_LATEST_SNAPSHOT"],
      [true, "snapshot", "RESTORE_FROM_LATEST_SNAPSHOT"],
      [true, "nothing", "SKIP_RESTORE_FROM_SNAPSHOT"],
      [false, "snapshot", "SKIP_RESTORE_FROM_SNAPSHOT"],
    ] as const) {
      const { applicationConfiguration } = (await deployApplication({ snapshots, restoreFrom })).application;
      assert.deepEqual(applicationConfiguration.applicationSnapshotConfiguration, {
        snapshotsEnabled: snapshots,
      });
      assert.deepEqual(applicationConfiguration.runConfiguration, {
        applicationRestoreConfiguration: { applicationRestoreType: restore },
        flinkRunConfiguration: { allowNonRestoredState: true },
      });
    }
  });

  it("gives new code a new key, and the same code the same key", async () => {
    const hash = createHash("sha256").update("another build").digest("hex").slice(0, 32);
    const keys = [];
    for (const content of ["another build", "another build", "a third"]) {
      const { jar, application } = await deployApplication({}, placeholderArtefacts(content).flinkJar);
      keys.push(jar.key);
      assert.deepEqual(application.applicationConfiguration.applicationCodeConfiguration, {
        codeContentType: "ZIPFILE",
        codeContent: {
          s3ContentLocation: { bucketArn: "arn:aws:s3:::flink-artefacts-1a2b3c4", fileKey: jar.key },
        },
      });
    }
    assert.equal(keys[0], `lambda-memory-optimizer-flink-${hash}.jar`);
    assert.equal(keys[1], keys[0]);
    assert.notEqual(keys[2], keys[0]);
  });
});

describe("Updater", () => {
  const deployUpdater = async (args: Partial<UpdaterArgs> = {}) => {
    const { resources } = await deploy(
      () => new Updater("updater", { ...artefacts, settings, recommendationsStreamArn, ...args }),
    );
    return {
      fn: resources.one("aws:lambda/function:Function").inputs,
      table: resources.one("aws:dynamodb/table:Table").inputs,
      mapping: resources.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs,
    };
  };

  it("finally gives up on a bad record, sends it to the dead-letter queue, and loses no good one", async () => {
    const { mapping } = await deployUpdater();
    assert.deepEqual(mapping, {
      functionName: "arn:aws:lambda:eu-central-1:123456789012:function:updater-1a2b3c4",
      eventSourceArn: recommendationsStreamArn,
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      maximumBatchingWindowInSeconds: 5,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 1_000,
      maximumRecordAgeInSeconds: 86_400,
      destinationConfig: {
        onFailure: { destinationArn: "arn:aws:sqs:eu-central-1:123456789012:updater-dead-letters-1a2b3c4" },
      },
    });
  });

  it("reads its settings, and no other part's, from its environment", async () => {
    const { fn } = await deployUpdater();
    const { variables } = fn.environment as { variables: Record<string, string> };
    assert.deepEqual(settingsFromEnvironment(variables), settings);
    for (const key of ["windowLength", "bufferMB", "sizing"])
      assert.ok(!(environmentVariable(key) in variables), key);
  });

  it("finds its table and its queue through its environment", async () => {
    const { fn } = await deployUpdater();
    const { variables } = fn.environment as { variables: Record<string, string> };
    assert.equal(variables.LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE, "updater-history-1a2b3c4");
    assert.equal(
      variables.LAMBDA_MEMORY_OPTIMIZER_DEAD_LETTER_QUEUE_URL,
      "https://sqs.eu-central-1.amazonaws.com/123456789012/updater-dead-letters-1a2b3c4",
    );
  });

  it("recognizes our functions by any version of the layer, by the stream, and by the tag", async () => {
    const layer = "arn:aws:lambda:eu-central-1:123456789012:layer:optimizer";
    const functionTag = { key: "optimize", value: "yes" };
    const { fn } = await deployUpdater({ telemetryStreamArn, layerArn: `${layer}:7`, functionTag });
    const { variables } = fn.environment as { variables: Record<string, string> };
    const { enrolment } = deploymentFromEnvironment(variables);
    assert.deepEqual(enrolment, { layerArns: [layer], telemetryStreamArn, functionTag });
  });

  it("makes batches that fit into an invocation", async () => {
    const sizeWith = async (values: Partial<Settings>, args: Partial<UpdaterArgs> = {}) =>
      (await deployUpdater({ settings: parseSettings(values), ...args })).mapping.batchSize;
    assert.equal(await sizeWith({ aliasName: "live" }), 75);
    assert.equal(await sizeWith({ updatesPerSecond: 0.5 }), 75);
    assert.equal(await sizeWith({ updatesPerSecond: 0.1 }, { timeoutSeconds: 1 }), 1);
  });

  it("is invoked every 15 minutes to apply deferred changes, if there is a change window", async () => {
    const withWindow = (changeWindow: string, args: Partial<UpdaterArgs> = {}) =>
      deploy(
        () =>
          new Updater("updater", {
            ...artefacts,
            settings: parseSettings({ changeWindow }),
            recommendationsStreamArn,
            ...args,
          }),
      );
    const { resources } = await withWindow("Mon-Fri 09:00-17:00 Europe/Berlin");
    const { scheduleExpression, target } = resources.one("aws:scheduler/schedule:Schedule").inputs;
    assert.equal(scheduleExpression, "rate(15 minutes)");
    const { input, ...to } = target as { input: string };
    assert.deepEqual(to, {
      arn: "arn:aws:lambda:eu-central-1:123456789012:function:updater-1a2b3c4",
      roleArn: "arn:aws:iam::123456789012:role/updater-deferred-role-1a2b3c4",
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
    });
    assert.ok(applyDeferredSchema.safeParse(JSON.parse(input)).success, input);

    assert.deepEqual(
      (await withWindow("")).resources.all.filter(({ type }) => type.includes("scheduler")),
      [],
    );
    const scheduleRoleArn = "arn:aws:iam::123456789012:role/theirs";
    const brought = await withWindow("Sat 22:00-06:00 UTC", { scheduleRoleArn });
    const schedule = brought.resources.one("aws:scheduler/schedule:Schedule").inputs;
    assert.equal((schedule.target as { roleArn: string }).roleArn, scheduleRoleArn);
  });

  it("keeps its history by function, billed per request, protected against deletion, with point-in-time recovery", async () => {
    const { table } = await deployUpdater();
    assert.deepEqual(table, {
      hashKey: "functionName",
      attributes: [{ name: "functionName", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  it("lets its history be deleted without deletion protection", async () => {
    const { table } = await deployUpdater({ historyDeletionProtection: false });
    assert.equal(table.deletionProtectionEnabled, false);
  });

  it("takes memory, timeout and log level from its arguments", async () => {
    const { fn } = await deployUpdater({ memoryMB: 512, timeoutSeconds: 60, logLevel: "DEBUG" });
    assert.equal(fn.memorySize, 512);
    assert.equal(fn.timeout, 60);
    assert.deepEqual(fn.loggingConfig, {
      logFormat: "JSON",
      applicationLogLevel: "DEBUG",
      systemLogLevel: "WARN",
      logGroup: "updater-logs-1a2b3c4",
    });
  });
});

describe("Heartbeat", () => {
  for (const [heartbeatInterval, rate] of [
    [undefined, "rate(5 minutes)"],
    ["1m", "rate(1 minute)"],
    ["60s", "rate(1 minute)"],
    ["2h", "rate(120 minutes)"],
  ] as const) {
    it(`puts the scheduled time on the telemetry stream, at ${rate}`, async () => {
      const { resources } = await deploy(
        () => new Heartbeat("heartbeat", { heartbeatInterval, telemetryStreamArn }),
      );
      const { scheduleExpression, target } = resources.one("aws:scheduler/schedule:Schedule").inputs;
      assert.equal(scheduleExpression, rate);
      assert.deepEqual(target, {
        arn: telemetryStreamArn,
        roleArn: "arn:aws:iam::123456789012:role/heartbeat-role-1a2b3c4",
        kinesisParameters: { partitionKey: "heartbeat" },
        input: '{"heartbeatAt":"<aws.scheduler.scheduled-time>"}',
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      });
    });
  }
});
