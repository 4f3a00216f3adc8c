/** The npm package and the examples in an otherwise empty project, started the way `pulumi up` starts them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectWithPackage, typeScriptExamples } from "./folders";
import { PROJECT_ROOT } from "./language-host";
import { observe, type Registration } from "./monitor";

const COMPONENT = "lambda-memory-optimizer:index:LambdaMemoryOptimizer";

/** Close to what `pulumi new aws-typescript` writes. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
  },
};

/** Declarations that the programs in the docs leave to their reader. */
const ASSUMED = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const role = new aws.iam.Role("functions", { assumeRolePolicy: "{}" });
const code = new pulumi.asset.AssetArchive({});
`;

describe("The npm package, in an empty project", () => {
  let project: ReturnType<typeof projectWithPackage>;
  before(() => {
    project = projectWithPackage();
  });

  it("holds the library, the plugin, the layer, the updater, the jar and the command, and nothing else", () => {
    const artefacts = [
      "dist/cli/main.mjs",
      "dist/cli/THIRD-PARTY-NOTICES.txt",
      "dist/flink/lambda-memory-optimizer-flink.jar",
      "dist/flink/THIRD-PARTY-NOTICES.txt",
      "dist/layer.zip",
      "dist/updater/index.js",
      "dist/updater/THIRD-PARTY-NOTICES.txt",
      "plugin/main.cjs",
      "plugin/schema.json",
      "PulumiPlugin.yaml",
    ];
    for (const file of [
      ...artefacts,
      "dist/components/index.js",
      "dist/components/index.d.ts",
      "dist/plugin/index.js",
      "README.md",
      "LICENSE",
    ]) {
      if (file === "README.md" && !fs.existsSync(path.join(PROJECT_ROOT, file))) continue;
      assert.ok(project.files.includes(file), `${file} is missing`);
    }
    const rest = project.files.filter((file) => !artefacts.includes(file));
    const unexpected = rest.filter(
      (file) =>
        !/^(package\.json|README\.md|LICENSE|dist\/(components|plugin|runtime|runtime\/updater)\/[\w-]+\.(js|d\.ts))$/.test(
          file,
        ),
    );
    assert.deepEqual(unexpected, []);
  });

  it("includes the command lambda-memory-optimizer", () => {
    const home = path.join(project.folder, "node_modules", "lambda-memory-optimizer");
    const { bin } = JSON.parse(fs.readFileSync(path.join(home, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    assert.deepEqual(Object.keys(bin), ["lambda-memory-optimizer"]);
    assert.match(
      fs.readFileSync(path.join(home, bin["lambda-memory-optimizer"]!), "utf8"),
      /^#!\/usr\/bin\/env node/,
    );
  });

  for (const example of typeScriptExamples()) {
    it(`runs the example ${example} without a build`, async () => {
      const folder = path.join(project.folder, example);
      fs.cpSync(path.join(PROJECT_ROOT, "examples", example), folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
      const { name } = parse(fs.readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
      const { exitCode, output, registrations, stackOutputs } = await observe({
        project: name,
        stack: "dev",
        folder,
        entryPoint: "index.ts",
        config: { "aws:region": "eu-central-1" },
      });
      assert.equal(exitCode, 0, output);
      checkBoundaries(registrations);
      assert.equal(registrations.filter(({ type }) => type === COMPONENT).length, 1);
      assert.ok(Object.keys(stackOutputs).length > 0);
      const joined = registrations.filter(({ ignoreChanges }) => ignoreChanges.includes("memorySize"));
      assert.deepEqual(
        joined.map((each) => each.name),
        example === "functions-that-join" ? ["orders"] : [],
      );
    });
  }

  it("runs the programs that README and docs/deploying.md show", async () => {
    const folder = path.join(project.folder, "documented");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    for (const page of ["README.md", "docs/deploying.md"]) {
      const text = fs.readFileSync(path.join(PROJECT_ROOT, page), "utf8");
      const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block]) => block);
      fs.writeFileSync(path.join(folder, path.basename(page, ".md") + ".ts"), ASSUMED + blocks.join("\n"));
    }
    fs.writeFileSync(path.join(folder, "index.ts"), 'import "./README";\nimport "./deploying";\n');
    const { exitCode, output, registrations } = await observe({
      project: "documented",
      stack: "dev",
      folder,
      entryPoint: "index.ts",
      config: { "aws:region": "eu-central-1" },
    });
    assert.equal(exitCode, 0, output);
    const joined = registrations.filter(({ ignoreChanges }) => ignoreChanges.includes("memorySize"));
    assert.deepEqual(
      joined.map(({ name }) => name),
      ["orders", "orders"],
    );
  });
});

/** Checks that the program's permissions boundary allows everything that each bounded role's own policy allows. */
function checkBoundaries(registrations: readonly Registration[]): void {
  const actions = (document: unknown) =>
    (
      JSON.parse(typeof document === "string" ? document : JSON.stringify(document)) as {
        Statement: { Action: string | string[] }[];
      }
    ).Statement.flatMap(({ Action }) => Action);
  const ofType = (type: string) => registrations.filter((each) => each.type === type);
  for (const boundary of ofType("aws:iam/policy:Policy").filter(({ name }) => name === "boundary")) {
    const allowed = actions(boundary.inputs.policy).map(
      (pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`),
    );
    const policies = ofType("aws:iam/rolePolicy:RolePolicy").filter(({ name }) =>
      name.startsWith("optimizer-"),
    );
    assert.equal(policies.length, 3);
    for (const { name, inputs } of policies) {
      for (const action of actions(inputs.policy)) {
        assert.ok(
          allowed.some((pattern) => pattern.test(action)),
          `${name} may ${action}, which the boundary does not allow`,
        );
      }
    }
  }
}
