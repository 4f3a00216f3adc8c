/** Serves a stand-in for a `pulumi-language-…` command, which the machine may not have: `pulumi` comes without them. */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService, type ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { listen } from "../grpc-server";
import { endWithEngine } from "./end-with-engine";

/** The parts that differ by language; the engine asks for little else. */
export type LanguageHost = Partial<ILanguageRuntimeServer>;

/** The engine passes its own address as the first argument that isn't a flag. */
export const ENGINE = process.argv.slice(2).find((arg) => !arg.startsWith("-")) ?? "";

/** The tests' folders hold all dependencies. */
const installDependencies: ILanguageRuntimeServer["installDependencies"] = (call) => {
  call.end();
};

const getPluginInfo: ILanguageRuntimeServer["getPluginInfo"] = (_call, done) => {
  const response = new PluginInfo();
  response.setVersion("3.0.0");
  done(null, response);
};

export async function serveLanguage(host: LanguageHost): Promise<void> {
  endWithEngine();
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, { installDependencies, getPluginInfo, ...host });
  console.log(await listen(server));
}

/** The answer to `run`. */
export function ended(exitCode: number | null, output: string): proto.RunResponse {
  const response = new proto.RunResponse();
  if (exitCode !== 0) response.setError(`the program ended with ${exitCode}: ${output}`);
  return response;
}

/** The config of a program to run, by full key. */
export function configOf(request: proto.RunRequest): Record<string, string> {
  return Object.fromEntries(request.getConfigMap().entries() as Iterable<[string, string]>);
}
