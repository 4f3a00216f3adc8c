/** Checks what the docs say about the deployment against what is deployed. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as vm from "node:vm";
import { LambdaMemoryOptimizer } from "../../components";
import { REPORT_FILTER_PATTERN } from "../../runtime/log-groups";
import { deploy, placeholderArtefacts } from "../components/mock-engine";
import { PROJECT_ROOT } from "./language-host";
import { runProgram } from "./program-run";

const DOCS = ["README.md", ...fs.readdirSync(path.join(PROJECT_ROOT, "docs")).map((name) => `docs/${name}`)];

describe("The docs of a deployment", () => {
  let outputs: string[];
  before(async () => {
    const artefacts = placeholderArtefacts();
    const deployed = await deploy(
      () => new LambdaMemoryOptimizer("optimizer", { artefacts, logs: { enabled: true } }).outputs,
    );
    outputs = Object.keys(deployed.outputs);
  });

  it("list every output of the stack, and no other", () => {
    const rows = [...section("docs/deploying.md", "Outputs").matchAll(/^\| (`.+?`) +\|/gm)];
    const listed = rows.flatMap(([, names = ""]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    assert.deepEqual(listed.sort(), [...outputs].sort());
  });

  it("ask for no output that the stack doesn't have", () => {
    const asked = DOCS.flatMap((file) =>
      [...read(file).matchAll(/pulumi stack output (\w+)/g)].map(([, name = ""]) => ({ file, name })),
    );
    assert.ok(asked.length > 0);
    for (const { file, name } of asked) assert.ok(outputs.includes(name), `${file} asks for ${name}`);
  });

  it("show config that the program takes", async () => {
    // README's has lists and tags, which take the pulumi command: test/pulumi/engine.test.ts runs it.
    const lines = (/^```sh\n([^]*?)\n```$/m.exec(read("docs/iam.md"))?.[1] ?? "").split("\n");
    const config = lines.map((line) => {
      const [, key = "", value = ""] = /^pulumi config set (\w+) '?([^' ]+)'?$/.exec(line) ?? [];
      return [key, value];
    });
    assert.ok(config.length > 1 && config.every(([key]) => key !== ""), lines.join("\n"));
    const { exitCode, output } = await runProgram(Object.fromEntries(config) as Record<string, string>);
    assert.equal(exitCode, 0, output);
  });

  it("show change windows that the program accepts", async () => {
    const shown = [...read("docs/operations.md").matchAll(/^pulumi config set changeWindow '(.+)'$/gm)];
    assert.equal(shown.length, 2);
    for (const [, changeWindow = ""] of shown) {
      const { exitCode, output } = await runProgram({ changeWindow });
      assert.equal(exitCode, 0, output);
    }
  });

  it("name a VPC endpoint for Kinesis and for every service that the updater calls", () => {
    const called = filesBelow("runtime/updater").flatMap((file) =>
      [...read(file).matchAll(/"@aws-sdk\/client-(\w+)"/g)].map(([, service]) => service),
    );
    const named = [...section("docs/deploying.md", "In a VPC").matchAll(/com\.amazonaws\.REGION\.([\w-]+)/g)];
    assert.deepEqual(
      named.map(([, service]) => service).sort(),
      [...new Set(["kinesis-streams", ...called])].sort(),
    );
  });
});

describe("The recipes in docs/joining.md", () => {
  const blocks = (language: string) =>
    [...read("docs/joining.md").matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\\n\`\`\`$`, "gm"))].map(
      ([, block = ""]) => block,
    );
  const subscription = {
    logGroup: "/aws/lambda/orders",
    filterPattern: REPORT_FILTER_PATTERN,
    distribution: "ByLogStream",
  };

  it("show config that the program takes", async () => {
    const configs = blocks("sh").filter((block) => block.startsWith("pulumi"));
    assert.equal(configs.length, 2);
    for (const block of configs) {
      const config: Record<string, string> = {};
      for (const line of block.split("\n")) {
        const [, path, key = "", index, value = ""] =
          /^pulumi config set( --path)? '?(\w+)(?:\[(\d)\])?'? (\S+)$/.exec(line) ?? [];
        assert.equal(path === undefined, index === undefined, line);
        const list = JSON.parse(config[key] ?? "[]") as string[];
        config[key] = index === undefined ? value : JSON.stringify([...list, value]);
      }
      const { exitCode, output } = await runProgram(config);
      assert.equal(exitCode, 0, output);
    }
  });

  it("subscribe as the component does, with Terraform", () => {
    const [hcl = ""] = blocks("hcl");
    const values = Object.fromEntries<string>(
      [...hcl.matchAll(/^ +(\w+) += (".*")$/gm)].map(([, key = "", value = ""]) => [
        key,
        JSON.parse(value) as string,
      ]),
    );
    assert.deepEqual(
      {
        logGroup: values.log_group_name,
        filterPattern: values.filter_pattern,
        distribution: values.distribution,
      },
      subscription,
    );
  });

  it("subscribe as the component does, with the CDK", () => {
    const [code = ""] = blocks("ts");
    const made: unknown[] = [];
    function CfnSubscriptionFilter(...args: unknown[]) {
      made.push(...args);
    }
    const context = { logs: { CfnSubscriptionFilter }, stack: "s", logsStreamArn: "a", logsRoleArn: "r" };
    vm.runInNewContext(code, context);
    const [, , { logGroupName, filterPattern, distribution, ...arns }] = made as [
      0,
      0,
      Record<string, string>,
    ];
    assert.deepEqual({ logGroup: logGroupName, filterPattern, distribution }, subscription);
    assert.deepEqual(arns, { destinationArn: "a", roleArn: "r" });
  });

  it("subscribe as the component does, with CloudFormation", () => {
    const [template = ""] = blocks("yaml");
    const value = (key: string) => {
      const [, text = ""] = new RegExp(`^ +${key}: (.*)$`, "m").exec(template) ?? [];
      return text.replace(/^'(.*)'$/, "$1");
    };
    assert.deepEqual(
      {
        logGroup: value("LogGroupName"),
        filterPattern: value("FilterPattern"),
        distribution: value("Distribution"),
      },
      subscription,
    );
  });

  it("subscribe as the component does, with the AWS CLI", () => {
    const command = blocks("sh").find((block) => block.startsWith("aws ")) ?? "";
    const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
    const option = (name: string) => words[words.indexOf(`--${name}`) + 1];
    assert.deepEqual(
      {
        logGroup: option("log-group-name"),
        filterPattern: option("filter-pattern"),
        distribution: option("distribution"),
      },
      subscription,
    );
  });
});

function section(file: string, title: string): string {
  const [, rest = ""] = read(file).split(`\n## ${title}\n`);
  return rest.split(/^## /m)[0] ?? "";
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name));
}

function read(file: string): string {
  return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
}
