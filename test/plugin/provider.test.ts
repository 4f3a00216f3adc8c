/** The plugin as Pulumi starts it, from the unpacked npm package, called over gRPC as the engine does. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectWithPackage } from "../pulumi/folders";
import { observe, withEngine, type Registration } from "../pulumi/monitor";

const STACK = { project: "any", stack: "dev", config: { "aws:region": "eu-central-1" } };
const TOKEN = "lambda-memory-optimizer:index:LambdaMemoryOptimizer";
const ARGS = {
  windowType: "sliding",
  windowLength: "7d",
  maxSlowdown: "0.5",
  streams: { shards: 2 },
  logs: { groups: ["/aws/lambda/orders"] },
  tags: { team: "platform" },
};

describe("The plugin", function () {
  this.timeout(300_000);

  let project: ReturnType<typeof projectWithPackage>;
  before(() => {
    project = projectWithPackage();
  });

  it("returns the schema that the package contains", async () => {
    const { result } = await asked((client) => {
      return new Promise<string>((resolve, reject) => {
        client.getSchema(new proto.GetSchemaRequest(), (error, response) => {
          if (error) reject(error);
          else resolve(response.getSchema());
        });
      });
    });
    assert.equal(result, fs.readFileSync(path.join(project.package, "plugin/schema.json"), "utf8"));
  });

  it("registers the same resources as the component in a TypeScript program", async () => {
    const program = path.join(project.folder, "index.ts");
    const args = JSON.stringify({ ...ARGS, maxSlowdown: 0.5 });
    fs.writeFileSync(
      program,
      `import { LambdaMemoryOptimizer } from "lambda-memory-optimizer";\nnew LambdaMemoryOptimizer("optimizer", ${args});\n`,
    );
    const inTypeScript = await observe({ ...STACK, folder: project.folder, entryPoint: "index.ts" });
    assert.equal(inTypeScript.exitCode, 0, inTypeScript.output);

    const { result, registrations } = await asked((client, request) => construct(client, request, ARGS));
    assert.deepEqual(
      comparable(registrations),
      comparable(inTypeScript.registrations.filter(({ type }) => type !== "pulumi:pulumi:Stack")),
    );
    assert.ok(registrations.length > 30, `${registrations.length} resources`);
    const { layerArn, telemetryStreamArn, layerEnvironment, logsStreamArn } = result;
    assert.match(String(layerArn), /^arn:aws:lambda:/);
    assert.match(String(logsStreamArn), /^arn:aws:kinesis:/);
    assert.deepEqual(layerEnvironment, { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: telemetryStreamArn });
  });

  it("refuses an impossible setting before anything is registered", async () => {
    const refused = await asked(async (client, request) => {
      await assert.rejects(
        construct(client, request, { bufferMB: 20_000 }),
        /bufferMB is 20000; it must be a whole number from 0 to 10240\./,
      );
    });
    assert.deepEqual(refused.registrations, []);
  });

  /** Starts the plugin beside an engine, and calls it. */
  function asked<T>(use: (client: ResourceProviderClient, request: proto.ConstructRequest) => Promise<T>) {
    return withEngine(STACK, async ({ monitor, engine }) => {
      const host = require.resolve("@pulumi/pulumi/cmd/run-plugin", { paths: [project.folder] });
      const plugin = spawn(process.execPath, [host, project.package, engine], {
        cwd: project.folder,
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        const [port] = (await once(plugin.stdout, "data")) as [Buffer];
        const address = `127.0.0.1:${port.toString().trim()}`;
        const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
        const request = new proto.ConstructRequest();
        request.setProject(STACK.project);
        request.setStack(STACK.stack);
        request.setParallel(16);
        request.setMonitorendpoint(monitor);
        request.setType(TOKEN);
        request.setName("optimizer");
        return await use(client, request);
      } finally {
        plugin.kill();
        await once(plugin, "close");
      }
    });
  }
});

function construct(
  client: ResourceProviderClient,
  request: proto.ConstructRequest,
  args: typeof ARGS | object,
) {
  request.setInputs(Struct.fromJavaScript(args as Parameters<typeof Struct.fromJavaScript>[0]));
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    client.construct(request, (error, response) => {
      if (error) reject(error);
      else resolve(response.getState()?.toJavaScript() ?? {});
    });
  });
}

function comparable(registrations: readonly Registration[]) {
  return registrations
    .map(({ urn, inputs, ignoreChanges }) => ({ urn, inputs, ignoreChanges }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
