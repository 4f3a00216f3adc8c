/**
 * `pulumi-language-python` for a machine that has only the `pulumi` command. Pulumi's own generator writes SDKs, pip
 * installs them beside the program, and Pulumi's own Python host runs it.
 */
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { execFileSync, spawn } from "node:child_process";
import * as path from "node:path";
import { LANGUAGES } from "../../../scripts/pulumi-languages";
import { generateSdk } from "./generate-sdk";
import { configOf, ended, ENGINE, serveLanguage } from "./language-host";

/** The folder of the project's own packages. */
const PACKAGES = "site-packages";

const run: ILanguageRuntimeServer["run"] = ({ request }, done) => {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: ENGINE,
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    pwd: folder,
    root_directory: folder,
    parallel: "16",
    dry_run: String(request.getDryrun()),
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  const child = spawn(LANGUAGES.python, [LANGUAGES.pythonHost, ...args, folder], {
    cwd: folder,
    env: {
      ...process.env,
      PYTHONPATH: path.join(folder, PACKAGES),
      PULUMI_CONFIG: JSON.stringify(configOf(request)),
      PULUMI_CONFIG_SECRET_KEYS: "[]",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  child.once("error", done).once("close", (exitCode) => {
    done(null, ended(exitCode, output));
  });
};

const getRequiredPackages: ILanguageRuntimeServer["getRequiredPackages"] = (_call, done) => {
  done(null, new proto.GetRequiredPackagesResponse());
};

const generatePackage: ILanguageRuntimeServer["generatePackage"] = ({ request }, done) => {
  generateSdk("python", request.getSchema(), request.getDirectory());
  done(null, new proto.GeneratePackageResponse());
};

const link: ILanguageRuntimeServer["link"] = ({ request }, done) => {
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const sdks = request.getPackagesList().map((each) => path.resolve(folder, each.getPath()));
  const offline = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"];
  execFileSync(LANGUAGES.python, [
    "-m",
    "pip",
    "install",
    ...offline,
    "--target",
    path.join(folder, PACKAGES),
    ...sdks,
  ]);
  done(null, new proto.LinkResponse());
};

void serveLanguage({ run, getRequiredPackages, generatePackage, link });
