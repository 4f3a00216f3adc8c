/** The program's life under the real engine: up, no changes, changed config, new code, more functions, down. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { findPulumi } from "../../scripts/pulumi-cli";
import { checkout, writeArtefact } from "./folders";
import type { AccountEvent, AccountResource } from "./plugins/aws-account";
import { PulumiCli } from "./pulumi-cli";

const UP = ["up", "--yes", "--skip-preview", "--stack", "dev"];

/** Code that a user adds to a clone's index.ts: functions that join by hand and by name, and ones that can't. */
const FUNCTIONS = `
import * as aws from "@pulumi/aws";
const role = new aws.iam.Role("functions", { assumeRolePolicy: "{}" });
const args = {
  runtime: "nodejs22.x",
  handler: "index.handler",
  role: role.arn,
  memorySize: 1024,
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = () => {};") }),
};
new aws.lambda.Function(...optimizer.join("orders", args));
pulumi.runtime.registerResourceTransform(optimizer.joinAll(({ name }) => name.startsWith("billing-")));
new aws.lambda.Function("billing-nightly", args);
new aws.lambda.Function("unrelated", args);
new aws.lambda.Function("billing-elsewhere", { ...args, region: "us-east-1" });
const virginia = new aws.Provider("virginia", { region: "us-east-1" });
new aws.lambda.Function("billing-abroad", args, { provider: virginia });
`;

describe("The program, with the real engine", function () {
  this.timeout(300_000);

  const command = findPulumi();
  let cli: PulumiCli;
  let folder = "";

  before(async function () {
    if (command === undefined) {
      console.log("      skipped: there is no pulumi command; scripts/pulumi-cli.ts builds one");
      this.skip();
    }
    cli = new PulumiCli(command);
    folder = checkout();
    await cli.run(folder, "stack", "init", "dev");
  });

  it("can be previewed before anything exists", async () => {
    const { output, events } = await cli.run(folder, "preview", "--stack", "dev");
    assert.match(output, /to create/);
    assert.deepEqual(events, []);
  });

  it("creates every resource once, in an order that AWS accepts", async () => {
    const { events } = await cli.run(folder, ...UP);
    assert.ok(events.length > 20, `${events.length} events`);
    assert.deepEqual([...new Set(events.map(({ action }) => action))], ["create"]);
    assert.deepEqual(properties().windowLength, "10m", "as in Pulumi.dev.yaml");
    assert.deepEqual(properties().bufferMB, "100", "as in Pulumi.yaml");
  });

  it("has nothing to do a second time, or from another checkout", async () => {
    const other = checkout();
    for (const file of ["Pulumi.dev.yaml"]) fs.copyFileSync(path.join(folder, file), path.join(other, file));
    for (const each of [folder, other]) {
      const { events } = await cli.run(each, ...UP, "--expect-no-changes");
      assert.deepEqual(events, []);
    }
  });

  it("updates only the Flink application, in place, for a changed config", async () => {
    await cli.run(folder, "config", "set", "windowLength", "20m", "--stack", "dev");
    await cli.run(folder, "config", "set", "bufferMB", "50", "--stack", "dev");
    const { events } = await cli.run(folder, ...UP);
    assert.deepEqual(summary(events), ["update Application"]);
    assert.equal(properties().windowLength, "20m");
    assert.equal(properties().bufferMB, "50");
  });

  it("takes the config that README shows, exactly as written", async () => {
    const readme = fs.readFileSync(path.join(folder, "README.md"), "utf8");
    const [, block = ""] = /## Configuration\n.*?```sh\n(.*?)```/s.exec(readme) ?? [];
    const lines = block.trim().split("\n");
    assert.ok(lines.length >= 4, block);
    const another = checkout();
    await cli.run(another, "stack", "init", "documented");
    for (const line of lines) {
      // As a shell would split it; the block has no other quotes.
      const [command, ...args] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word!,
      );
      assert.equal(command, "pulumi");
      await cli.run(another, ...args);
    }
    await cli.run(another, "preview", "--stack", "documented");
  });

  it("refuses a config of the wrong type or value before it changes anything", async () => {
    for (const [key, value, sentence] of [
      ["bufferMB", "much", /bufferMB.+must be of type 'integer'/],
      ["bufferMB", "20000", /bufferMB is 20000; it must be a whole number from 0 to 10240\./],
    ] as const) {
      await cli.run(folder, "config", "set", key, value, "--stack", "dev");
      const events = cli.account.events.length;
      await assert.rejects(cli.run(folder, ...UP), sentence);
      assert.equal(cli.account.events.length, events);
    }
    await cli.run(folder, "config", "set", "bufferMB", "50", "--stack", "dev");
  });

  it("gives the application a new jar, and deletes the old one once it is unused", async () => {
    writeArtefact(folder, "flink/lambda-memory-optimizer-flink.jar", "another build");
    const { events } = await cli.run(folder, ...UP);
    assert.deepEqual(summary(events), [
      "create BucketObjectv2",
      "update Application",
      "delete BucketObjectv2",
    ]);
  });

  it("lets functions join, by hand and by name, and leaves everything else alone", async () => {
    fs.appendFileSync(path.join(folder, "index.ts"), FUNCTIONS);
    const preview = await cli.run(folder, "preview", "--stack", "dev");
    const { output, events } = await cli.run(folder, ...UP);
    for (const name of ["billing-elsewhere", "billing-abroad"]) {
      const sentence = `Left alone by lambda-memory-optimizer: ${name} is in us-east-1;`;
      assert.ok(preview.output.includes(sentence), preview.output);
      assert.ok(output.includes(sentence), output);
    }
    assert.deepEqual(summary(events).sort(), [
      "create Function",
      "create Function",
      "create Function",
      "create Function",
      "create Function",
      "create Role",
      "create RolePolicy",
      "create RolePolicy",
    ]);
    for (const [name, joins] of [
      ["orders", true],
      ["billing-nightly", true],
      ["unrelated", false],
      ["billing-elsewhere", false],
      ["billing-abroad", false],
    ] as const) {
      const { inputs } = fn(name);
      assert.equal((inputs.layers as unknown[] | undefined)?.length, joins ? 1 : undefined, name);
      assert.equal(JSON.stringify(inputs.environment ?? {}).includes("_STREAM_ARN"), joins, name);
    }
  });

  it("does not undo the optimizer", async () => {
    cli.change((account) => {
      for (const { type, inputs } of Object.values(account.resources)) {
        if (
          type === "aws:lambda/function:Function" &&
          /^(orders|billing-nightly)-/.test(String(inputs.name))
        ) {
          inputs.memorySize = 300;
        }
      }
    });
    const { events } = await cli.run(folder, ...UP, "--refresh");
    assert.deepEqual(events, []);
    assert.equal(fn("orders").inputs.memorySize, 300);
    assert.equal(fn("billing-nightly").inputs.memorySize, 300);
  });

  it("subscribes to a log group, and unsubscribes", async () => {
    const program = path.join(folder, "index.ts");
    const text = fs.readFileSync(program, "utf8");
    const subscription = 'optimizer.subscribe("python", new aws.cloudwatch.LogGroup("python").name);\n';
    fs.writeFileSync(program, text + subscription);
    await cli.run(folder, "config", "set", "logsEnabled", "true", "--stack", "dev");
    const { events } = await cli.run(folder, ...UP);
    assert.deepEqual(
      new Set(summary(events)),
      new Set([
        "create Stream",
        "create Role",
        "create RolePolicy",
        "create LogGroup",
        "create LogSubscriptionFilter",
        "create MetricAlarm",
        "update Dashboard",
        "update RolePolicy",
        "update Application",
        "update Function",
      ]),
    );
    assert.equal(typeof properties().logsStreamArn, "string");
    assert.deepEqual((await cli.run(folder, ...UP, "--expect-no-changes")).events, []);

    fs.writeFileSync(program, text);
    const gone = await cli.run(folder, ...UP);
    assert.deepEqual(summary(gone.events), ["delete LogSubscriptionFilter", "delete LogGroup"]);
  });

  it("covers a whole account except for its own log groups", async () => {
    await cli.run(folder, "config", "set", "accountLogs", "true", "--stack", "dev");
    await cli.run(
      folder,
      "config",
      "set",
      "--path",
      "accountLogsExcept[0]",
      "/team/secret",
      "--stack",
      "dev",
    );
    const { events } = await cli.run(folder, ...UP);
    assert.deepEqual(new Set(summary(events)), new Set(["create LogAccountPolicy", "update Function"]));
    const { inputs } = find("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", () => true);
    const own = Object.values(cli.account.resources)
      .filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")
      .map((group) => String(group.inputs.name));
    assert.equal(own.length, 2);
    for (const name of [...own, "/team/secret"]) {
      assert.ok(String(inputs.selectionCriteria).includes(JSON.stringify(name)), name);
    }
    assert.deepEqual((await cli.run(folder, ...UP, "--expect-no-changes")).events, []);
  });

  it("runs Flink on a schedule, and then always again", async () => {
    await cli.run(folder, "config", "set", "flinkSchedule", "daily", "--stack", "dev");
    const { events } = await cli.run(folder, ...UP);
    assert.deepEqual(
      new Set(summary(events)),
      new Set([
        "create Role",
        "create RolePolicy",
        "create Schedule",
        "create EventSourceMapping",
        "update Application",
        "update Function",
        // Their limits allow for the time between runs.
        "update MetricAlarm",
        "update RolePolicy",
        "update Stream",
      ]),
    );
    assert.equal(
      events.filter(({ action, type }) => action === "create" && type.endsWith(":Schedule")).length,
      2,
    );
    assert.equal(application().inputs.startApplication, false);
    assert.deepEqual((await cli.run(folder, ...UP, "--expect-no-changes", "--refresh")).events, []);

    await cli.run(folder, "config", "set", "flinkSchedule", "always", "--stack", "dev");
    const back = await cli.run(folder, ...UP);
    assert.ok(summary(back.events).includes("delete Schedule"));
    assert.equal(application().inputs.startApplication, true);
    assert.deepEqual((await cli.run(folder, ...UP, "--expect-no-changes")).events, []);
  });

  it("leaves nothing but the layer's version, which functions may still carry", async () => {
    await cli.run(folder, "destroy", "--yes", "--skip-preview", "--stack", "dev");
    const left = Object.values(cli.account.resources).map(({ type }) => type);
    assert.deepEqual(left, ["aws:lambda/layerVersion:LayerVersion"]);
    const { output } = await cli.run(folder, "stack", "export", "--stack", "dev");
    const state = JSON.parse(output) as { deployment: { resources?: { type: string }[] } };
    assert.deepEqual(state.deployment.resources ?? [], []);
  });

  function application(): AccountResource {
    return find("aws:kinesisanalyticsv2/application:Application", () => true);
  }

  function properties(): Record<string, unknown> {
    const configuration = application().inputs.applicationConfiguration as {
      environmentProperties: { propertyGroups: { propertyMap: Record<string, unknown> }[] };
    };
    return configuration.environmentProperties.propertyGroups[0]?.propertyMap ?? {};
  }

  function fn(name: string): AccountResource {
    return find("aws:lambda/function:Function", ({ inputs }) => String(inputs.name).startsWith(`${name}-`));
  }

  function find(type: string, matches: (resource: AccountResource) => boolean): AccountResource {
    const found = Object.values(cli.account.resources).find((each) => each.type === type && matches(each));
    assert.ok(found, `there is no such ${type}`);
    return found;
  }
});

function summary(events: readonly AccountEvent[]): string[] {
  return events.map(({ action, type }) => `${action} ${type.split(":").at(-1) ?? ""}`);
}
