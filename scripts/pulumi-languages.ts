/**
 * What tests of other languages and tools need besides the `pulumi` command: Pulumi's SDK generators, its hosts of Python
 * and YAML programs, and a Python environment with its SDK and cfn-lint. `node --require tsx/cjs scripts/pulumi-languages.ts`
 * makes them, once, in the user's cache.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { CACHE, inScratchModule, keep, MODULE, PULUMI_MODULES, PULUMI_VERSION } from "./scratch-module";

/** Paths in the user's cache. */
export const LANGUAGES = {
  /** `codegen LANGUAGE SCHEMA.json FOLDER` writes an SDK. */
  codegen: path.join(CACHE, "codegen"),
  /** The go.mod and go.sum of a program that needs nothing but Pulumi's SDK, whose modules Go has in its cache. */
  goModule: path.join(CACHE, "go.mod"),
  goSums: path.join(CACHE, "go.sum"),
  /** Pulumi's own host of Python programs. */
  pythonHost: path.join(CACHE, "pulumi-language-python-exec"),
  python: path.join(CACHE, "python", "bin", "python"),
  /** AWS's own check of CloudFormation and SAM templates. */
  cfnLint: path.join(CACHE, "python", "bin", "cfn-lint"),
  /** Pulumi's host of YAML programs. */
  yaml: path.join(CACHE, "pulumi-language-yaml"),
} as const;

const YAML_HOST = "github.com/pulumi/pulumi-yaml";
const YAML_VERSION = "1.25.0";

/** The packages that a generated SDK imports and is installed with, and cfn-lint. */
const REQUIREMENTS = [
  `pulumi==${PULUMI_VERSION}`,
  "parver",
  "semver",
  "typing-extensions",
  "setuptools",
  "wheel",
  "cfn-lint",
];

/** Why a test can't use these, as one sentence; undefined if it can. */
export function whyNoLanguages(...needed: readonly (keyof typeof LANGUAGES)[]): string | undefined {
  const missing = needed.map((name) => LANGUAGES[name]).find((file) => !fs.existsSync(file));
  return missing && `there is no ${missing}; scripts/pulumi-languages.ts makes it, with Go 1.25 and python3`;
}

/** @throws Error if Go or python3 is missing, or a download fails. */
export function makeLanguages(): void {
  makeGenerators();
  makeYamlHost();
  makePython();
}

function makeGenerators(): void {
  const { codegen, goModule, goSums, pythonHost } = LANGUAGES;
  if ([codegen, goModule, goSums, pythonHost].every((file) => fs.existsSync(file))) return;
  inScratchModule(PULUMI_MODULES, (go, folder) => {
    fs.copyFileSync(path.join(__dirname, "codegen", "main.go"), path.join(folder, "main.go"));
    go("build", "-o", "codegen", ".");
    // Into Go's cache, for programs.
    go("build", `${MODULE}/sdk/v3/go/pulumi/...`);
    for (const file of [codegen, goModule, goSums]) {
      keep(path.join(folder, path.basename(file)), path.basename(file));
    }
    const sdk = go("list", "-m", "-f", "{{.Dir}}", `${MODULE}/sdk/v3`).trim();
    const host = path.basename(pythonHost);
    keep(path.join(sdk, "python", "cmd", host), host);
  });
}

function makeYamlHost(): void {
  if (fs.existsSync(LANGUAGES.yaml)) return;
  // Built with the Pulumi release that it requires itself.
  inScratchModule([`${YAML_HOST}@v${YAML_VERSION}`], (go, folder) => {
    const name = path.basename(LANGUAGES.yaml);
    go("build", "-o", name, `${YAML_HOST}/cmd/${name}`);
    keep(path.join(folder, name), name);
  });
}

function makePython(): void {
  if (fs.existsSync(LANGUAGES.python) && fs.existsSync(LANGUAGES.cfnLint)) return;
  const place = path.join(CACHE, "python");
  try {
    execFileSync("python3", ["-m", "venv", place], { stdio: ["ignore", 2, 2] });
    execFileSync(LANGUAGES.python, ["-m", "pip", "install", "--quiet", ...REQUIREMENTS], {
      stdio: ["ignore", 2, 2],
    });
  } catch (error) {
    // A partial environment would be mistaken for a complete one.
    fs.rmSync(place, { recursive: true, force: true });
    throw error;
  }
}

if (require.main === module) makeLanguages();
