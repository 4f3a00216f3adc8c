import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { LambdaMemoryOptimizer, type LambdaMemoryOptimizerArgs } from "../../components";
import { deploy, placeholderArtefacts, type MockOptions } from "./mock-engine";

const artefacts = placeholderArtefacts();

function optimizer(args: LambdaMemoryOptimizerArgs = {}, options?: MockOptions) {
  return deploy(() => new LambdaMemoryOptimizer("optimizer", { artefacts, ...args }).outputs, options);
}

describe("LambdaMemoryOptimizer", () => {
  it("has the outputs that a stack exports", async () => {
    const { outputs } = await optimizer();
    assert.deepEqual(outputs, {
      layerArn: "arn:aws:lambda:eu-central-1:123456789012:layer:optimizer-layer-1a2b3c4:1",
      producerPolicyArn: "arn:aws:iam::123456789012:policy/optimizer-producer-1a2b3c4",
      telemetryStreamName: "optimizer-streams-telemetry-1a2b3c4",
      telemetryStreamArn:
        "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-streams-telemetry-1a2b3c4",
      recommendationsStreamName: "optimizer-streams-recommendations-1a2b3c4",
      recommendationsStreamArn:
        "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-streams-recommendations-1a2b3c4",
      flinkApplicationName: "optimizer-flink-1a2b3c4",
      updaterFunctionName: "optimizer-updater-1a2b3c4",
      historyTableName: "optimizer-updater-history-1a2b3c4",
      deadLetterQueueUrl:
        "https://sqs.eu-central-1.amazonaws.com/123456789012/optimizer-updater-dead-letters-1a2b3c4",
      dashboardName: "optimizer-monitoring-stack-eu-central-1",
    });
  });

  it("puts none of its arguments into the state", async () => {
    const { resources } = await optimizer({ transform: { layer: { description: "mine" } } });
    for (const component of resources.all.filter(({ custom }) => !custom))
      assert.deepEqual(component.inputs, {});
  });

  it("tags every child that takes tags, and no other", async () => {
    const { resources } = await optimizer({ tags: { team: "platform" } });
    const takeNoTags = [
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/logStream:LogStream",
      "aws:cloudwatch/queryDefinition:QueryDefinition",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:lambda/layerVersion:LayerVersion",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:scheduler/schedule:Schedule",
      "aws:sqs/queuePolicy:QueuePolicy",
    ];
    for (const { type, name, inputs, custom } of resources.all) {
      if (!custom) continue;
      assert.deepEqual(inputs.tags, takeNoTags.includes(type) ? undefined : { team: "platform" }, name);
    }
  });

  it("bounds every role", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/boundary";
    const { resources } = await optimizer({ permissionsBoundary });
    const roles = resources.ofType("aws:iam/role:Role");
    assert.equal(roles.length, 3);
    for (const role of roles) assert.equal(role.inputs.permissionsBoundary, permissionsBoundary, role.name);
  });

  it("keeps logs for logRetentionDays, 30 by default", async () => {
    for (const [logRetentionDays, expected] of [
      [undefined, 30],
      [90, 90],
    ] as const) {
      const { resources } = await optimizer({ logRetentionDays });
      const groups = resources.ofType("aws:cloudwatch/logGroup:LogGroup");
      assert.deepEqual(
        groups.map(({ inputs }) => inputs.retentionInDays),
        [expected, expected],
      );
    }
  });

  it("encrypts logs, history and dead letters with the given key, and by default with AWS's keys", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/theirs";
    const encryption = async (args: LambdaMemoryOptimizerArgs) => {
      const { resources } = await optimizer(args);
      const queue = resources.one("aws:sqs/queue:Queue").inputs;
      return {
        logs: resources.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.kmsKeyId),
        table: resources.one("aws:dynamodb/table:Table").inputs.serverSideEncryption,
        queue: [queue.kmsMasterKeyId, queue.sqsManagedSseEnabled],
      };
    };
    assert.deepEqual(await encryption({ kmsKeyArn }), {
      logs: [kmsKeyArn, kmsKeyArn],
      table: { enabled: true, kmsKeyArn },
      queue: [kmsKeyArn, undefined],
    });
    assert.deepEqual(await encryption({}), {
      logs: [undefined, undefined],
      table: undefined,
      queue: [undefined, true],
    });
  });

  it("deploys every regional child to the given region", async () => {
    const { resources } = await optimizer({ region: "eu-west-1" });
    for (const { name, type, inputs, custom } of resources.all) {
      if (custom) assert.equal(inputs.region, type.startsWith("aws:iam/") ? undefined : "eu-west-1", name);
    }
  });

  it("deploys through the given provider", async () => {
    const { resources } = await deploy(() => {
      const provider = new aws.Provider("elsewhere", { region: "ap-southeast-2" });
      return new LambdaMemoryOptimizer("optimizer", { artefacts }, { provider }).outputs;
    });
    const children = resources.all.filter(({ type, custom }) => custom && type.startsWith("aws:"));
    assert.ok(children.length > 20);
    for (const { name, provider } of children) assert.match(provider ?? "none", /::elsewhere::/, name);
  });

  for (const [partition, region] of [
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
  ] as const) {
    it(`names no other partition in ${partition}`, async () => {
      const { resources } = await optimizer(
        { vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] }, artefactBucketName: "brought" },
        { partition, region },
      );
      const arns = JSON.stringify(resources.all).match(/arn:aws[a-z-]*:/g) ?? [];
      assert.ok(arns.length > 20);
      assert.deepEqual([...new Set(arns)], [`arn:${partition}:`]);
    });
  }

  it("creates no resource that is brought", async () => {
    const arn = (rest: string) => `arn:aws-cn:${rest}`;
    const { resources, outputs } = await optimizer({
      streams: {
        telemetryArn: arn("kinesis:cn-north-1:123456789012:stream/their-telemetry"),
        recommendationsArn: arn("kinesis:cn-north-1:123456789012:stream/their-recommendations"),
      },
      artefactBucketName: "their-bucket",
      updater: {
        deadLetterQueueArn: arn("sqs:cn-north-1:123456789012:their-queue"),
        historyTableArn: arn("dynamodb:cn-north-1:123456789012:table/their-history"),
        logGroupArn: arn("logs:cn-north-1:123456789012:log-group:/their/updater:*"),
        roleArn: arn("iam::123456789012:role/their-updater"),
      },
      flink: {
        logGroupArn: arn("logs:cn-north-1:123456789012:log-group:/their/flink"),
        roleArn: arn("iam::123456789012:role/their-flink"),
      },
      heartbeatRoleArn: arn("iam::123456789012:role/their-heartbeat"),
      monitoring: false,
    });
    const made = resources.all.filter(({ custom }) => custom).map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(made.sort(), [
      "Application",
      "BucketObjectv2",
      "EventSourceMapping",
      "Function",
      "LayerVersion",
      "LogStream",
      "Policy",
      "Schedule",
    ]);
    const { role, environment, loggingConfig } = resources.one("aws:lambda/function:Function").inputs as {
      role: string;
      environment: { variables: Record<string, string> };
      loggingConfig: { logGroup: string };
    };
    assert.equal(role, arn("iam::123456789012:role/their-updater"));
    assert.equal(environment.variables.LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE, "their-history");
    assert.equal(loggingConfig.logGroup, "/their/updater");
    assert.equal(resources.one("aws:cloudwatch/logStream:LogStream").inputs.logGroupName, "/their/flink");
    const application = resources.one("aws:kinesisanalyticsv2/application:Application").inputs;
    assert.equal(application.serviceExecutionRole, arn("iam::123456789012:role/their-flink"));
    const schedule = resources.one("aws:scheduler/schedule:Schedule").inputs as {
      target: { roleArn: string };
    };
    assert.equal(schedule.target.roleArn, arn("iam::123456789012:role/their-heartbeat"));
    assert.equal(outputs.historyTableName, "their-history");
    assert.equal(outputs.telemetryStreamName, "their-telemetry");
    assert.equal(outputs.recommendationsStreamName, "their-recommendations");
    assert.equal(
      outputs.deadLetterQueueUrl,
      "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/their-queue",
    );
    assert.equal(resources.one("aws:s3/bucketObjectv2:BucketObjectv2").inputs.bucket, "their-bucket");
  });

  it("lets a transform reach every child", async () => {
    const reached: string[] = [];
    // Every property of it is itself, so that this test needs no list of transforms.
    const anywhere: unknown = new Proxy(
      (_args: unknown, _opts: unknown, name: string) => {
        reached.push(name);
      },
      { get: () => anywhere },
    );
    const transform = anywhere as LambdaMemoryOptimizerArgs["transform"];
    const { resources } = await deploy(() => {
      const made = new LambdaMemoryOptimizer("optimizer", { artefacts, transform });
      const role = "arn:aws:iam::123456789012:role/orders";
      made.join("orders", { role, runtime: "nodejs22.x" });
      return made.outputs;
    });
    const children = resources.all.filter(({ custom }) => custom).map(({ name }) => name);
    assert.ok(children.length > 20);
    assert.deepEqual(reached.sort(), children.sort());
  });

  it("lets a transform change a child's arguments and options in place", async () => {
    const seen: string[] = [];
    const { resources } = await optimizer({
      transform: {
        streams: {
          telemetryStream: (args, opts, name) => {
            seen.push(name, String(opts.parent !== undefined));
            args.shardLevelMetrics = ["IncomingBytes"];
          },
        },
      },
    });
    const stream = resources.one("aws:kinesis/stream:Stream", "optimizer-streams-telemetry");
    assert.deepEqual(stream.inputs.shardLevelMetrics, ["IncomingBytes"]);
    assert.deepEqual(seen, ["optimizer-streams-telemetry", "true"]);
  });
});
