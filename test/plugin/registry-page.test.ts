/** The package's page in Pulumi's registry shows the examples that other tests run. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { PROJECT_ROOT } from "../pulumi/language-host";

const EXAMPLES = {
  ts: "examples/smallest/index.ts",
  python: "examples/python/__main__.py",
  go: "examples/go/main.go",
  yaml: "examples/yaml/Pulumi.yaml",
};

describe("The registry's page", () => {
  it("shows each example exactly as the tests run it", () => {
    const page = read("docs/_index.md");
    for (const [language, example] of Object.entries(EXAMPLES)) {
      const [, shown = ""] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
      // The page's own text replaces the comment at the top of the file.
      assert.equal(shown, read(example).replace(/^\/\*\*.*\*\/\n/, ""), example);
    }
  });

  it("has the front matter that the registry requires, on both pages", () => {
    for (const page of ["docs/_index.md", "docs/installation-configuration.md"]) {
      assert.match(read(page), /^---\ntitle: .+\nmeta_desc: .+\nlayout: package\n---\n/, page);
    }
  });
});

describe("package.json", () => {
  it("has the fields that npm and Pulumi's registry show", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, unknown>;
    for (const key of ["description", "homepage", "repository", "license", "keywords"]) {
      assert.ok(manifest[key], `${key} is missing`);
    }
    // With true, Pulumi would try to download a plugin for every TypeScript program.
    assert.deepEqual(manifest.pulumi, { name: "lambda-memory-optimizer", resource: false });
    const [, version] = /^## (\d+\.\d+\.\d+)$/m.exec(read("CHANGELOG.md")) ?? [];
    assert.equal(manifest.version, version, "the CHANGELOG's latest version");
  });

  it("has Pulumi's packages installed beside the plugin: npm leaves out peers that are also devDependencies", () => {
    const { peerDependencies, devDependencies } = JSON.parse(read("package.json")) as {
      peerDependencies: object;
      devDependencies: object;
    };
    assert.deepEqual(Object.keys(peerDependencies), ["@pulumi/aws", "@pulumi/pulumi"]);
    for (const name of Object.keys(peerDependencies)) assert.ok(!(name in devDependencies), name);
  });
});

function read(file: string): string {
  return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
}
