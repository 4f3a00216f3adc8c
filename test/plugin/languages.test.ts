/** The plugin in other languages: the unpacked npm package, added to an empty project by the real `pulumi` command. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findPulumi } from "../../scripts/pulumi-cli";
import { LANGUAGES, whyNoLanguages } from "../../scripts/pulumi-languages";
import { checkout, projectWithPackage } from "../pulumi/folders";
import { temporaryFolder } from "../support/temporary-folder";
import { PROJECT_ROOT } from "../pulumi/language-host";
import { generateSdk } from "../pulumi/plugins/generate-sdk";
import { PulumiCli } from "../pulumi/pulumi-cli";

const ROLE_ARN = "arn:aws:iam::123456789012:role/orders";
const SCHEMA = path.join(PROJECT_ROOT, "plugin", "schema.json");

describe("The plugin, in other languages", function () {
  this.timeout(300_000);

  const command = findPulumi();
  const problem =
    command === undefined ? "there is no pulumi command; scripts/pulumi-cli.ts builds one" : whyNoLanguages();
  let cli: PulumiCli;
  let unpacked = "";
  let projects = 0;

  before(function () {
    if (problem !== undefined) {
      console.log(`      skipped: ${problem}`);
      this.skip();
    }
    // As on a user's machine, without a compiler or build tools.
    cli = new PulumiCli(command!);
    unpacked = projectWithPackage().package;
  });

  it("gives its schema to pulumi package get-schema", async () => {
    const { output } = await cli.run(temporaryFolder(), "package", "get-schema", unpacked);
    const ours = JSON.parse(fs.readFileSync(SCHEMA, "utf8")) as { resources: object; types: object };
    const { resources, types } = JSON.parse(output.slice(output.indexOf("{"))) as typeof ours;
    assert.deepEqual(Object.keys(resources).sort(), Object.keys(ours.resources).sort());
    assert.deepEqual(Object.keys(types).sort(), Object.keys(ours.types).sort());
  });

  for (const language of ["python", "yaml"]) {
    it(`previews the optimizer and a function that joins, from ${language}`, async () => {
      const { run } = await projectWith(language);
      const { output, events } = await run("preview");
      for (const resource of [
        "lambda-memory-optimizer:index:LambdaMemoryOptimizer optimizer",
        "aws:lambda:LayerVersion optimizer-layer",
        "aws:kinesis:Stream optimizer-streams-telemetry",
        "aws:kinesisanalyticsv2:Application optimizer-flink",
        "aws:dynamodb:Table optimizer-updater-history",
        "aws:lambda:Function optimizer-updater",
        "aws:scheduler:Schedule optimizer-heartbeat",
        "lambda-memory-optimizer:index:JoinedFunction orders",
        "aws:lambda:Function orders",
        "aws:iam:RolePolicy orders-telemetry",
      ]) {
        const [type = "", name = ""] = resource.split(" ");
        assert.match(output, new RegExp(`${type} +${name} +create`), output);
      }
      assert.deepEqual(events, []);
    });
  }

  it("deploys the settings and the joined function as asked, and doesn't undo the optimizer", async () => {
    const { run } = await projectWith("python");
    cli.change(({ resources }) => {
      resources.role = { type: "aws:iam/role:Role", inputs: { name: "orders" } };
    });
    await run("up", "--yes", "--skip-preview");
    const text = JSON.stringify(cli.account.resources);
    assert.match(text, /"windowType":"sliding"/);
    assert.match(text, /"windowLength":"7d"/);
    const orders = ({ resources } = cli.account) =>
      Object.values(resources).find(({ inputs }) => /^orders-(?!telemetry)/.test(String(inputs.name)))!
        .inputs;
    assert.equal((orders().layers as string[]).length, 1);
    assert.match(JSON.stringify(orders().environment), /_STREAM_ARN":"arn:aws:kinesis:/);
    cli.change((account) => {
      orders(account).memorySize = 300;
    });
    const again = await run("up", "--yes", "--skip-preview", "--refresh");
    assert.deepEqual(again.events, []);
    assert.equal(orders().memorySize, 300);
  });

  it("refuses an impossible setting in one sentence", async () => {
    const { folder, run } = await projectWith("python");
    const program = path.join(folder, "__main__.py");
    fs.writeFileSync(program, fs.readFileSync(program, "utf8").replace('"7d"', '"7 days"'));
    await assert.rejects(
      run("preview"),
      /windowLength is "7 days"; it must be a duration from 1s to 366d, such as 90s, 15m, 6h or 14d\./,
    );
  });

  it("says in one sentence what is missing in a clone without a build", async () => {
    const clone = checkout();
    await assert.rejects(
      cli.run(temporaryFolder(), "package", "get-schema", clone),
      /dist\/plugin\/index\.js is missing: run npm ci and npm run build in this clone, or add the npm package/,
    );
  });

  it("compiles the example in Go", () => {
    const folder = exampleFolder("go");
    generateSdk("go", fs.readFileSync(SCHEMA, "utf8"), path.join(folder, "sdk"));
    const source = fs.readFileSync(path.join(folder, "main.go"), "utf8");
    const [, module = ""] = /lmo "(.*)"/.exec(source) ?? [];
    const go = (...args: string[]) =>
      execFileSync("go", args, {
        cwd: folder,
        encoding: "utf8",
        // The modules that scripts/pulumi-languages.ts built with are there; nothing else is downloaded.
        env: {
          ...process.env,
          GOFLAGS: "-mod=mod -buildvcs=false",
          GOPROXY: "off",
          GOSUMDB: "off",
          GOTOOLCHAIN: "local",
          // As that script builds, so that Go need not compile the SDK again.
          CGO_ENABLED: "0",
        },
      });
    fs.writeFileSync(
      path.join(folder, "sdk", "lambdamemoryoptimizer", "go.mod"),
      `module ${module}\n\ngo 1.25\n`,
    );
    fs.copyFileSync(LANGUAGES.goModule, path.join(folder, "go.mod"));
    fs.copyFileSync(LANGUAGES.goSums, path.join(folder, "go.sum"));
    go("mod", "edit", `-require=${module}@v0.0.0`, `-replace=${module}=./sdk/lambdamemoryoptimizer`);
    go("vet", ".");
  });

  /** An example in a project of its own, with the plugin added. */
  async function projectWith(
    example: string,
  ): Promise<{ folder: string; run: (...args: string[]) => ReturnType<PulumiCli["run"]> }> {
    const folder = exampleFolder(example);
    if (example === "yaml") {
      // The output of `pulumi package add`, which this release of the YAML host can't link.
      fs.appendFileSync(
        path.join(folder, "Pulumi.yaml"),
        `packages:\n  lambda-memory-optimizer: ${unpacked}\n`,
      );
    } else {
      await cli.run(folder, "package", "add", unpacked);
    }
    const stack = `dev${(projects += 1)}`;
    const run = (...args: string[]) => cli.run(folder, ...args, "--stack", stack);
    await run("stack", "init");
    await run("config", "set", "aws:region", "eu-central-1");
    await run("config", "set", "roleArn", ROLE_ARN);
    return { folder, run };
  }
});

function exampleFolder(name: string): string {
  const folder = temporaryFolder();
  fs.cpSync(path.join(PROJECT_ROOT, "examples", name), folder, { recursive: true });
  return folder;
}
