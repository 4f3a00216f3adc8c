/**
 * `pulumi-language-nodejs` for a machine that has only the `pulumi` command. It starts programs in Pulumi's own Node
 * host, and answers the engine's few other questions.
 */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { listen } from "../grpc-server";
import { runProgram } from "../language-host";
import { endWithEngine } from "./end-with-engine";

/** The engine passes its own address as the first argument that isn't a flag. */
const engine = process.argv.slice(2).find((arg) => !arg.startsWith("-")) ?? "";

const run: grpc.handleUnaryCall<proto.RunRequest, proto.RunResponse> = ({ request }, done) => {
  const info = request.getInfo();
  runProgram({
    project: request.getProject(),
    stack: request.getStack(),
    folder: info?.getProgramDirectory() ?? request.getPwd(),
    entryPoint: info?.getEntryPoint() ?? ".",
    config: Object.fromEntries(request.getConfigMap().entries() as Iterable<[string, string]>),
    monitor: request.getMonitorAddress(),
    engine,
    dryRun: request.getDryrun(),
  }).then(
    ({ exitCode, output }) => {
      const response = new proto.RunResponse();
      if (exitCode !== 0) response.setError(`the program ended with ${exitCode}: ${output}`);
      done(null, response);
    },
    (error: unknown) => {
      done(error as Error);
    },
  );
};

const getPluginInfo: grpc.handleUnaryCall<Empty, PluginInfo> = (_call, done) => {
  const response = new PluginInfo();
  response.setVersion("3.0.0");
  done(null, response);
};

const getRequiredPlugins: grpc.handleUnaryCall<
  proto.GetRequiredPluginsRequest,
  proto.GetRequiredPluginsResponse
> = (_call, done) => {
  const aws = new PluginDependency();
  aws.setName("aws");
  aws.setKind("resource");
  const response = new proto.GetRequiredPluginsResponse();
  response.setPluginsList([aws]);
  done(null, response);
};

async function main(): Promise<void> {
  endWithEngine();
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, {
    run,
    getPluginInfo,
    getRequiredPlugins,
  });
  console.log(await listen(server));
}

void main();
