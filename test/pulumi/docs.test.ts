/** Checks what the docs say about the deployment against what is deployed. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { LambdaMemoryOptimizer } from "../../components";
import { deploy, placeholderArtefacts } from "../components/mock-engine";
import { PROJECT_ROOT } from "./language-host";
import { runProgram } from "./program-run";

const DOCS = ["README.md", ...fs.readdirSync(path.join(PROJECT_ROOT, "docs")).map((name) => `docs/${name}`)];

describe("The docs of a deployment", () => {
  let outputs: string[];
  before(async () => {
    const artefacts = placeholderArtefacts();
    const deployed = await deploy(() => new LambdaMemoryOptimizer("optimizer", { artefacts }).outputs);
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
