/** Functions that join by their logs: the subscriptions, and the log groups that are never subscribed to. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaMemoryOptimizer, SettingError, type LambdaMemoryOptimizerArgs } from "../../components";
import { environmentVariable } from "../../runtime/updater/environment";
import { deploy, placeholderArtefacts, type Resources } from "./mock-engine";

const artefacts = placeholderArtefacts();
const role = "arn:aws:iam::123456789012:role/orders";
const STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/optimizer-logs-stream-1a2b3c4";
const ROLE_ARN = "arn:aws:iam::123456789012:role/optimizer-logs-role-1a2b3c4";
const FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter";
const POLICY = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy";
const FUNCTION = "aws:lambda/function:Function";

async function deployed(
  args: LambdaMemoryOptimizerArgs,
  use: (optimizer: LambdaMemoryOptimizer) => readonly pulumi.Output<string>[] | undefined = () => undefined,
): Promise<Resources> {
  const { resources } = await deploy(() => {
    const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts, ...args });
    return { used: use(optimizer), settled: optimizer.updaterFunctionName };
  });
  return resources;
}

/** The subscribed log groups, by the subscription's name. */
function subscriptions(resources: Resources): Record<string, unknown> {
  return Object.fromEntries(resources.ofType(FILTER).map(({ name, inputs }) => [name, inputs.logGroup]));
}

function updaterLogs(resources: Resources): unknown {
  const { environment } = resources.one(FUNCTION, "optimizer-updater").inputs;
  return (environment as { variables: Record<string, unknown> }).variables[environmentVariable("logs")];
}

describe("Functions that join by their logs", () => {
  it("cost nothing if there are none", async () => {
    const resources = await deployed({});
    assert.equal(resources.ofType("aws:kinesis/stream:Stream").length, 2);
    assert.deepEqual(subscriptions(resources), {});
    assert.equal(updaterLogs(resources), undefined);
  });

  it("are subscribed to by their log groups, only for both forms of the report", async () => {
    const resources = await deployed({ logs: { groups: ["/aws/lambda/orders"] } });
    const { inputs } = resources.one(FILTER);
    assert.deepEqual(inputs, {
      logGroup: "/aws/lambda/orders",
      filterPattern: '?"REPORT RequestId" ?"platform.report"',
      destinationArn: STREAM_ARN,
      roleArn: ROLE_ARN,
      distribution: "ByLogStream",
    });
    assert.equal(updaterLogs(resources), "apply");
  });

  it("are subscribed to by a program, as a function or as a log group", async () => {
    const resources = await deployed({ logs: { enabled: true } }, (optimizer) => {
      const args = { role, runtime: "python3.13" };
      const named = new aws.lambda.Function("named", { ...args, name: "orders" });
      const withGroup = new aws.lambda.Function("with-group", {
        ...args,
        loggingConfig: { logFormat: "Text", logGroup: "/team/billing" },
      });
      return [
        optimizer.subscribe("orders", named).id,
        optimizer.subscribe("billing", withGroup).id,
        optimizer.subscribe("search", "/aws/lambda/search").id,
        optimizer.subscribe("later", pulumi.output("/aws/lambda/later")).id,
      ];
    });
    assert.deepEqual(subscriptions(resources), {
      orders: "/aws/lambda/orders",
      billing: "/team/billing",
      search: "/aws/lambda/search",
      later: "/aws/lambda/later",
    });
  });

  it("write to a stream, and by a role, of the user's own", async () => {
    const streamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/theirs";
    const roleArn = "arn:aws:iam::123456789012:role/theirs";
    const resources = await deployed({ logs: { streamArn, roleArn, groups: ["/a"] } });
    const { destinationArn, roleArn: usedRoleArn } = resources.one(FILTER).inputs;
    assert.deepEqual([destinationArn, usedRoleArn], [streamArn, roleArn]);
    assert.equal(resources.ofType("aws:kinesis/stream:Stream").length, 2);
    assert.ok(!resources.all.some(({ name }) => name === "optimizer-logs-role"));
  });

  it("are all of an account except for the log groups that are left out", async () => {
    const resources = await deployed({ logs: { account: true, exceptGroups: ["/team/secret"] } });
    const { policyDocument, ...inputs } = resources.one(POLICY).inputs;
    assert.deepEqual(inputs, {
      policyName: "optimizer-subscriptions",
      policyType: "SUBSCRIPTION_FILTER_POLICY",
      scope: "ALL",
      selectionCriteria:
        'LogGroupName NOT IN ["optimizer-flink-logs-1a2b3c4", "optimizer-updater-logs-1a2b3c4", "/team/secret"]',
    });
    assert.deepEqual(JSON.parse(String(policyDocument)), {
      DestinationArn: STREAM_ARN,
      RoleArn: ROLE_ARN,
      FilterPattern: '?"REPORT RequestId" ?"platform.report"',
      Distribution: "ByLogStream",
    });
  });

  it("only get recommendations if a whole account is covered and none is named", async () => {
    const account = { logs: { account: true } };
    assert.equal(updaterLogs(await deployed(account)), "recommend");
    assert.equal(updaterLogs(await deployed({ ...account, allowedFunctionArns: "*" })), "recommend");
    const named = "arn:aws:lambda:*:*:function:orders-*";
    assert.equal(updaterLogs(await deployed({ ...account, allowedFunctionArns: named })), "apply");
    assert.equal(updaterLogs(await deployed({ logs: { groups: ["/a"] } })), "apply");
  });
});

describe("The optimizer's own log groups", () => {
  const theirs = (name: string) => `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`;
  const WAYS: Record<string, [args: LambdaMemoryOptimizerArgs, own: string[]]> = {
    "as they are created": [{}, ["optimizer-flink-logs-1a2b3c4", "optimizer-updater-logs-1a2b3c4"]],
    "as they are brought": [
      { flink: { logGroupArn: theirs("f") }, updater: { logGroupArn: theirs("u:*") } },
      ["f", "u"],
    ],
    "as transforms name them": [
      { transform: { flink: { logGroup: { name: "f" } }, updater: { logGroup: { name: "u" } } } },
      ["f", "u"],
    ],
    "as transforms send the logs elsewhere": [
      {
        transform: {
          flink: {
            application: { cloudwatchLoggingOptions: { logStreamArn: `${theirs("f")}:log-stream:s` } },
          },
          updater: { function: { loggingConfig: { logFormat: "JSON", logGroup: "u" } } },
        },
      },
      ["f", "u"],
    ],
    "as a transform leaves the updater's to Lambda": [
      { transform: { updater: { function: { name: "sizes", loggingConfig: { logFormat: "JSON" } } } } },
      ["optimizer-flink-logs-1a2b3c4", "/aws/lambda/sizes"],
    ],
  };

  for (const [way, [args, own]] of Object.entries(WAYS)) {
    it(`are left out of an account's policy, ${way}`, async () => {
      const resources = await deployed({ ...args, logs: { account: true } });
      const { selectionCriteria } = resources.one(POLICY).inputs;
      assert.equal(selectionCriteria, `LogGroupName NOT IN ${JSON.stringify(own).replaceAll(",", ", ")}`);
    });

    it(`are never subscribed to, ${way}`, async () => {
      for (const group of own) {
        assert.match(
          await refusal({ ...args, logs: { enabled: true } }, (optimizer) =>
            optimizer.subscribe("loop", group),
          ),
          /^loop subscribes to .+; it must not be a log group of the optimizer's own/,
        );
      }
    });
  }

  it("are never subscribed to by the config, unlike others", async () => {
    const args = (groups: string[]) => ({ updater: { logGroupArn: theirs("/u") }, logs: { groups } });
    assert.match(
      await refusal(args(["/u"])),
      /^optimizer-subscriptions-\/u subscribes to \/u; it must not be/,
    );
    assert.equal(await refusal(args(["/other"])), "not refused");
  });

  /** Why the last subscription is not registered. */
  async function refusal(
    args: LambdaMemoryOptimizerArgs,
    use: (optimizer: LambdaMemoryOptimizer) => unknown = () => undefined,
  ): Promise<string> {
    const { outputs } = await deploy(() => {
      let logGroup: unknown;
      const subscription = (given: aws.cloudwatch.LogSubscriptionFilterArgs) => {
        logGroup = given.logGroup;
        // A registration without its input would never end.
        Object.assign(given, { logGroup: "/caught" });
      };
      const transform = { ...args.transform, logs: { subscription } };
      use(new LambdaMemoryOptimizer("optimizer", { artefacts, ...args, transform }));
      return (logGroup as { promise(): Promise<unknown> }).promise().then(
        () => "not refused",
        (error: unknown) => (error as Error).message,
      );
    });
    return outputs;
  }
});

describe("The transform that lets a stack's functions join by their logs", () => {
  const logGroup = "/aws/lambda/orders";

  async function transform(
    fn: {
      name?: string;
      type?: string;
      loggingConfig?: object;
      region?: string;
      tags?: Record<string, string>;
    },
    args: LambdaMemoryOptimizerArgs = { logs: { enabled: true } },
    prefix = "",
  ) {
    const { resources, outputs } = await deploy(async () => {
      const optimizer = new LambdaMemoryOptimizer("optimizer", { artefacts, ...args });
      optimizer.join("with-layer", { role, runtime: "nodejs22.x" });
      const { name = "orders", type = FUNCTION, ...props } = fn;
      const result = await optimizer.subscribeAll((each) => each.name.startsWith(prefix))({
        custom: true,
        type,
        name,
        props: { role, runtime: "python3.13", ...props },
        opts: { ignoreChanges: ["code"] },
      });
      return (
        result && { tags: result.props.tags as pulumi.Output<unknown>, ignores: result.opts.ignoreChanges }
      );
    });
    return { outputs, subscribed: subscriptions(resources) };
  }

  it("subscribes to the log group that the function declares, and leaves its memory to the optimizer", async () => {
    assert.deepEqual(await transform({ loggingConfig: { logFormat: "Text", logGroup } }), {
      outputs: { tags: undefined, ignores: ["code", "memorySize"] },
      subscribed: { orders: logGroup },
    });
  });

  it("adds the tag that the updater requires", async () => {
    const functionTag = { key: "optimize", value: "yes" };
    const { outputs } = await transform(
      { loggingConfig: { logFormat: "Text", logGroup }, tags: { team: "shop" } },
      { logs: { enabled: true }, updater: { functionTag } },
    );
    assert.deepEqual(outputs?.tags, { team: "shop", optimize: "yes" });
  });

  it("leaves the subscription to the account's policy if there is one", async () => {
    const { outputs, subscribed } = await transform(
      { loggingConfig: { logFormat: "Text", logGroup } },
      { logs: { account: true } },
    );
    assert.deepEqual([outputs?.ignores, subscribed], [["code", "memorySize"], {}]);
  });

  it("leaves everything else alone", async () => {
    const loggingConfig = { logFormat: "Text", logGroup };
    for (const [fn, prefix] of [
      [{ type: "aws:sqs/queue:Queue", loggingConfig }],
      [{ name: "optimizer-updater", loggingConfig }],
      [{ name: "with-layer", loggingConfig }],
      [{ loggingConfig }, "billing-"],
      [{}],
      [{ loggingConfig: { logFormat: "JSON", logGroup, systemLogLevel: "WARN" } }],
      [{ loggingConfig, region: "us-east-1" }],
    ] as const) {
      const { outputs, subscribed } = await transform(fn, undefined, prefix);
      assert.deepEqual([outputs, subscribed], [undefined, {}], JSON.stringify(fn));
    }
  });
});

describe("Logs that can't be deployed", () => {
  for (const [logs, sentence] of [
    [
      { groups: ["/a", "/a"] },
      'logs.groups is ["/a","/a"]; it must be a list of names of log groups, none of them twice.',
    ],
    [
      { groups: ["a b"] },
      'logs.groups is ["a b"]; it must be a list of names of log groups, none of them twice.',
    ],
    [
      { groupFunctions: { "/a": "b.c" } },
      'logs.groupFunctions is {"/a":"b.c"}; it must be names of log groups and of their functions, of at most 2,000 characters in all.',
    ],
    [
      { account: true, groups: ["/a"] },
      "logs.groups names log groups; it must be left out if logs.account is true, or these groups' lines come twice.",
    ],
    [
      { exceptGroups: ["/a"] },
      "logs.exceptGroups names log groups; it must be left out unless logs.account is true.",
    ],
    [
      { streamArn: STREAM_ARN, shards: 2 },
      "logs.shards is 2; it must be left out if logs.streamArn brings a stream.",
    ],
    [
      { account: true, exceptGroups: Array.from({ length: 60 }, (_, i) => `/${"x".repeat(400)}${i}`) },
      "logs.exceptGroups has 24351 bytes as JSON; it must have at most 23000, as CloudWatch Logs allows no more.",
    ],
  ] as const) {
    it(sentence.slice(0, 100), () => {
      assert.throws(
        () =>
          new LambdaMemoryOptimizer("optimizer", {
            artefacts,
            logs: logs as LambdaMemoryOptimizerArgs["logs"],
          }),
        (error: unknown) => {
          assert.ok(error instanceof SettingError);
          assert.equal(error.message, sentence);
          return true;
        },
      );
    });
  }

  it("are refused one by one without a logs stream, or beside an account's policy", async () => {
    for (const [logs, sentence] of [
      [{}, "orders subscribes to a log group, and there is no logs stream; set logs.enabled to true."],
      [
        { account: true },
        "orders subscribes to a log group that logs.account already covers; leave the subscription out, or its lines come twice.",
      ],
    ] as const) {
      await deployed({ logs }, (optimizer) => {
        assert.throws(() => optimizer.subscribe("orders", "/aws/lambda/orders"), { message: sentence });
        return undefined;
      });
    }
  });
});
