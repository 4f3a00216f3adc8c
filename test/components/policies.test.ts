/** Least privilege: checks every policy document of every way to deploy, and allows only the listed wildcards. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { LambdaMemoryOptimizer, type LambdaMemoryOptimizerArgs } from "../../components";
import { deploy, placeholderArtefacts, type Resources } from "./mock-engine";

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Principal?: string | { Service: string };
  Condition?: unknown;
}

/** The functions that the setting names, each with its versions and aliases. */
const FUNCTIONS =
  /^arn:aws:lambda:(eu-central-1|\*):(123456789012|\*):function:(\*|orders-\*|billing)(:\*)?$/;

/** The allowed wildcards, by statement id. components/ has the reason beside each. */
const WILDCARDS: Record<string, RegExp> = {
  DenyPlainHttp: /^arn:aws:s3:::optimizer-flink-artefacts-1a2b3c4\/\*$/,
  ReadCode:
    /^arn:aws:s3:::(optimizer-flink-artefacts-1a2b3c4|theirs)\/lambda-memory-optimizer-flink-\*\.jar$/,
  FindLogGroup: /^arn:aws:logs:eu-central-1:123456789012:log-group:\*$/,
  FindLogStream:
    /^arn:aws:logs:eu-central-1:123456789012:log-group:optimizer-flink-logs-1a2b3c4:log-stream:\*$/,
  WriteLog: /^arn:aws:logs:eu-central-1:123456789012:log-group:optimizer-updater-logs-1a2b3c4:\*$/,
  ReadFunctions: FUNCTIONS,
  ChangeMemory: FUNCTIONS,
  LeaveExcludedFunctions: /^arn:aws:lambda:\*:\*:function:orders-checkout(:\*)?$/,
  DescribeNetwork: /^\*$/,
  ManageNetworkInterfaces: /^arn:aws:ec2:eu-central-1:123456789012:\*\/\*$/,
};

const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const vpc = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };

const WAYS: Record<string, LambdaMemoryOptimizerArgs> = {
  "at the defaults": {},
  "in a VPC, with keys": { vpc, kmsKeyArn, streams: { kmsKeyArn } },
  "with logs of a whole account": { logs: { account: true }, streams: { kmsKeyArn } },
  "with a daily run": { flink: { schedule: "daily" }, streams: { kmsKeyArn } },
  "with a pattern, a tag and an alias": {
    allowedFunctionArns:
      "arn:aws:lambda:*:*:function:orders-*,arn:aws:lambda:eu-central-1:123456789012:function:billing",
    excludedFunctionArns: "arn:aws:lambda:*:*:function:orders-checkout",
    changeWindow: "Mon-Fri 09:00-17:00 Europe/Berlin",
    aliasName: "live",
    updater: { functionTag: { key: "optimize", value: "yes" } },
  },
  "with everything brought": {
    streams: {
      telemetryArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/t",
      recommendationsArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/r",
    },
    artefactBucketName: "theirs",
    updater: { deadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:theirs" },
  },
};

describe("Every policy", () => {
  for (const [way, args] of Object.entries(WAYS)) {
    it(`names exact actions on exact resources, ${way}`, async () => {
      const found = statements(await resourcesOf(args));
      assert.ok(found.length >= 13, `${found.length} statements`);
      for (const statement of found) checkStatement(statement);
    });
  }

  it("fails the check if it names too much", () => {
    const fair: Statement = {
      Sid: "X",
      Effect: "Allow",
      Action: ["kinesis:PutRecord"],
      Resource: "arn:aws:kinesis:::x",
    };
    checkStatement(fair);
    assert.throws(() => {
      checkStatement({ ...fair, Action: ["kinesis:*"] });
    }, /wildcard action/);
    assert.throws(() => {
      checkStatement({ ...fair, Action: ["kinesis:Put*"] });
    }, /wildcard action/);
    assert.throws(() => {
      checkStatement({ ...fair, Resource: "*" });
    }, /wildcard resource/);
    assert.throws(() => {
      checkStatement({ ...fair, Sid: "FindLogGroup", Resource: "*" });
    }, /wildcard resource/);
    assert.throws(() => {
      checkStatement({ ...fair, Resource: ["arn:aws:kinesis:::stream/*"] });
    }, /wildcard resource/);
  });

  it("lets the updater change the functions that its config names, and only with the tag", async () => {
    const found = statements(await resourcesOf(WAYS["with a pattern, a tag and an alias"] ?? {}));
    const Resource = [
      "arn:aws:lambda:*:*:function:orders-*",
      "arn:aws:lambda:*:*:function:orders-*:*",
      "arn:aws:lambda:eu-central-1:123456789012:function:billing",
      "arn:aws:lambda:eu-central-1:123456789012:function:billing:*",
    ];
    assert.deepEqual(
      found.filter(({ Sid }) => Sid === "ChangeMemory" || Sid === "ReadFunctions"),
      [
        {
          Sid: "ReadFunctions",
          Effect: "Allow",
          Action: ["lambda:GetFunction", "lambda:ListTags", "lambda:GetAlias"],
          Resource,
        },
        {
          Sid: "ChangeMemory",
          Effect: "Allow",
          Action: ["lambda:UpdateFunctionConfiguration", "lambda:PublishVersion", "lambda:UpdateAlias"],
          Resource,
          Condition: { StringEquals: { "aws:ResourceTag/optimize": "yes" } },
        },
      ],
    );
  });

  it("denies the updater every function action on excluded functions", async () => {
    const found = statements(await resourcesOf(WAYS["with a pattern, a tag and an alias"] ?? {}));
    const action = (sid: string) => found.filter(({ Sid }) => Sid === sid).flatMap(({ Action }) => Action);
    assert.deepEqual(
      found.filter(({ Sid }) => Sid === "LeaveExcludedFunctions"),
      [
        {
          Sid: "LeaveExcludedFunctions",
          Effect: "Deny",
          Action: [...action("ReadFunctions"), ...action("ChangeMemory")],
          Resource: [
            "arn:aws:lambda:*:*:function:orders-checkout",
            "arn:aws:lambda:*:*:function:orders-checkout:*",
          ],
        },
      ],
    );
  });

  it("lets the change window's schedule invoke the updater", async () => {
    const found = statements(await resourcesOf({ changeWindow: "Sat 22:00-06:00 UTC" }));
    const Resource = "arn:aws:lambda:eu-central-1:123456789012:function:optimizer-updater-1a2b3c4";
    assert.deepEqual(
      found.filter(({ Sid }) => Sid === "InvokeUpdater"),
      [{ Sid: "InvokeUpdater", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource }],
    );
  });

  it("lets the readers and writers of the streams use the key, each only as needed", async () => {
    const all = statements(await resourcesOf({ streams: { kmsKeyArn }, logs: { enabled: true } }));
    const found = all.filter(({ Sid }) => Sid === "UseStreamKey");
    assert.deepEqual(
      new Set(found.map(({ Action }) => [Action].flat().join())),
      new Set([
        "kms:GenerateDataKey", // producers, the heartbeat and CloudWatch Logs
        "kms:Decrypt,kms:GenerateDataKey", // the Flink application
        "kms:Decrypt", // the updater
      ]),
    );
    for (const { Resource } of found) assert.equal(Resource, kmsKeyArn);
  });

  it("lets only CloudWatch Logs write to the logs stream, and the Flink application read it", async () => {
    const found = statements(await resourcesOf({ logs: { enabled: true } }));
    const stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-logs-stream-1a2b3c4";
    const onStream = found.filter(({ Resource }) => [Resource].flat().includes(stream));
    const dataActions = onStream.map(({ Sid, Action }): [string, string[]] => {
      return [Sid, [Action].flat().filter((one) => /Put|Get/.test(one))];
    });
    assert.deepEqual(Object.fromEntries(dataActions), {
      WriteLogs: ["kinesis:PutRecord"],
      ReadLogs: ["kinesis:GetRecords", "kinesis:GetShardIterator"],
    });
  });

  it("lets the schedules start and stop the one application, and the updater read the telemetry stream", async () => {
    const found = statements(await resourcesOf({ flink: { schedule: "daily" } }));
    assert.deepEqual(
      found.filter(({ Sid }) => Sid === "StartAndStop"),
      [
        {
          Sid: "StartAndStop",
          Effect: "Allow",
          Action: ["kinesisanalytics:StartApplication", "kinesisanalytics:StopApplication"],
          Resource: "arn:aws:kinesisanalytics:eu-central-1:123456789012:application/optimizer-flink-1a2b3c4",
        },
      ],
    );
    // The application's role and the updater's.
    assert.equal(found.filter(({ Sid }) => Sid === "ReadTelemetry").length, 2);
    const always = statements(await resourcesOf({}));
    assert.equal(always.filter(({ Sid }) => Sid === "ReadTelemetry").length, 1);
    const { "scheduler.amazonaws.com": schedules } = await trusts({ flink: { schedule: "daily" } });
    assert.deepEqual(schedules, source("arn:aws:scheduler:*:123456789012:schedule-group/default"));
  });

  it("lets CloudWatch Logs assume its role for log groups of this account and region", async () => {
    const { "logs.amazonaws.com": logs } = await trusts({ logs: { enabled: true } });
    assert.deepEqual(logs, source("arn:aws:logs:eu-central-1:123456789012:*"));
  });

  it("lets the updater use the key of its queue and its table", async () => {
    const found = statements(await resourcesOf({ kmsKeyArn })).filter(({ Sid }) => Sid === "UseKey");
    assert.deepEqual(found, [
      { Sid: "UseKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKeyArn },
    ]);
  });

  it("of a created bucket or queue denies every request without TLS", async () => {
    const denied = statements(await resourcesOf({})).filter(({ Effect }) => Effect === "Deny");
    const Condition = { Bool: { "aws:SecureTransport": "false" } };
    const common = { Sid: "DenyPlainHttp", Effect: "Deny", Principal: "*", Condition };
    const bucket = "arn:aws:s3:::optimizer-flink-artefacts-1a2b3c4";
    const queue = "arn:aws:sqs:eu-central-1:123456789012:optimizer-updater-dead-letters-1a2b3c4";
    assert.deepEqual(
      new Set(denied),
      new Set([
        { ...common, Action: "s3:*", Resource: [bucket, `${bucket}/*`] },
        { ...common, Action: "sqs:*", Resource: [queue] },
      ]),
    );
  });

  it("lets one service assume each role, for one resource of this account if the service provides it", async () => {
    assert.deepEqual(await trusts({}), {
      "kinesisanalytics.amazonaws.com": source(
        "arn:aws:kinesisanalytics:eu-central-1:123456789012:application/*optimizer-flink*",
      ),
      "lambda.amazonaws.com": undefined,
      "scheduler.amazonaws.com": source("arn:aws:scheduler:*:123456789012:schedule-group/default"),
    });
  });

  it("trusts the application and the schedule group that a transform names", async () => {
    const trusted = await trusts({
      transform: {
        flink: { application: { name: "sizes" } },
        heartbeat: {
          schedule: (args) => {
            args.groupName = "heartbeats";
          },
        },
      },
    });
    assert.deepEqual(trusted, {
      "kinesisanalytics.amazonaws.com": source(
        "arn:aws:kinesisanalytics:eu-central-1:123456789012:application/sizes",
      ),
      "lambda.amazonaws.com": undefined,
      "scheduler.amazonaws.com": source("arn:aws:scheduler:*:123456789012:schedule-group/heartbeats"),
    });
  });

  /** The condition under which each service may assume its role. */
  async function trusts(args: LambdaMemoryOptimizerArgs): Promise<Record<string, unknown>> {
    const roles = (await resourcesOf(args)).ofType("aws:iam/role:Role");
    const trusted = roles.flatMap(({ inputs }) => parse(inputs.assumeRolePolicy));
    return Object.fromEntries(
      trusted.map(({ Principal, Condition }) => [(Principal as { Service: string }).Service, Condition]),
    );
  }

  function source(arn: string): unknown {
    return { StringEquals: { "aws:SourceAccount": "123456789012" }, ArnLike: { "aws:SourceArn": arn } };
  }
});

async function resourcesOf(args: LambdaMemoryOptimizerArgs): Promise<Resources> {
  const artefacts = placeholderArtefacts();
  const { resources } = await deploy(() => {
    const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts, ...args });
    const role = "arn:aws:iam::123456789012:role/service/orders";
    return new aws.lambda.Function(...optimizer.join("orders", { role, runtime: "nodejs22.x" })).arn;
  });
  return resources;
}

function statements(resources: Resources): Statement[] {
  return resources.all.flatMap(({ inputs }) => ("policy" in inputs ? parse(inputs.policy) : []));
}

function parse(document: unknown): Statement[] {
  return (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;
}

function checkStatement({ Sid, Effect, Action, Resource }: Statement): void {
  for (const action of [Action].flat()) {
    assert.ok(Effect === "Deny" || /^[a-z0-9]+:[A-Za-z]+$/.test(action), `${Sid}: wildcard action ${action}`);
  }
  for (const resource of [Resource].flat()) {
    const allowed = !/[*?]/.test(resource) || (WILDCARDS[Sid]?.test(resource) ?? false);
    assert.ok(allowed, `${Sid}: wildcard resource ${resource}`);
    assert.match(resource, Sid === "DescribeNetwork" ? /^\*$/ : /^arn:/);
  }
}
