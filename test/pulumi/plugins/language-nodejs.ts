/**
 * `pulumi-language-nodejs` for a machine that has only the `pulumi` command. It starts programs and plugins in Pulumi's
 * own Node hosts, and answers the engine's few other questions.
 */
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginDependency } from "@pulumi/pulumi/proto/plugin_pb";
import { spawn } from "node:child_process";
import { PROJECT_ROOT, runProgram } from "../language-host";
import { AWS_VERSION } from "./aws-account";
import { configOf, ended, ENGINE, serveLanguage } from "./language-host";

const run: ILanguageRuntimeServer["run"] = ({ request }, done) => {
  const info = request.getInfo();
  runProgram({
    project: request.getProject(),
    stack: request.getStack(),
    folder: info?.getProgramDirectory() ?? request.getPwd(),
    entryPoint: info?.getEntryPoint() ?? ".",
    config: configOf(request),
    monitor: request.getMonitorAddress(),
    engine: ENGINE,
    dryRun: request.getDryrun(),
  }).then(
    ({ exitCode, output }) => {
      done(null, ended(exitCode, output));
    },
    (error: unknown) => {
      done(error as Error);
    },
  );
};

const getRequiredPlugins: ILanguageRuntimeServer["getRequiredPlugins"] = (_call, done) => {
  const aws = new PluginDependency();
  aws.setName("aws");
  aws.setKind("resource");
  aws.setVersion(`v${AWS_VERSION}`);
  const response = new proto.GetRequiredPluginsResponse();
  response.setPluginsList([aws]);
  done(null, response);
};

const runPlugin: ILanguageRuntimeServer["runPlugin"] = (call) => {
  const { request } = call;
  const program = request.getInfo()?.getProgramDirectory() ?? "";
  const host = require.resolve("@pulumi/pulumi/cmd/run-plugin", { paths: [program, PROJECT_ROOT] });
  const child = spawn(process.execPath, [host, program, ...request.getArgsList()], {
    cwd: request.getPwd(),
    env: Object.fromEntries(request.getEnvList().map((each) => each.split(/=(.*)/s, 2))) as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (text: Buffer) => call.write(new proto.RunPluginResponse().setStdout(text)));
  child.stderr.on("data", (text: Buffer) => call.write(new proto.RunPluginResponse().setStderr(text)));
  child.once("close", (code) => {
    call.write(new proto.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill());
  process.once("exit", () => child.kill());
};

void serveLanguage({ run, getRequiredPlugins, runPlugin });
