/** A minimal version of the engine's two services: every resource is new, and gets what AWS would add. */
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { awsFunction, awsOutputs } from "../components/aws-outputs";
import { serving } from "./grpc-server";
import { runProgram, type ProgramRun } from "./language-host";

/** One registration, as the program asked for it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** The parent's URN; empty for the stack itself. */
  readonly parent: string;
  readonly urn: string;
  readonly inputs: Record<string, unknown>;
  readonly ignoreChanges: readonly string[];
  /** URNs. */
  readonly dependencies: readonly string[];
}

export interface Recorded {
  /** What the program logged as an error. */
  readonly errors: readonly string[];
  readonly registrations: readonly Registration[];
  /** What the stack exports. */
  readonly stackOutputs: Readonly<Record<string, unknown>>;
}

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

export interface Observed extends Recorded {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a program against the two services and returns what it did. */
export async function observe(run: Omit<ProgramRun, "monitor" | "engine" | "dryRun">): Promise<Observed> {
  const { result, ...recorded } = await withEngine(run, (engine) =>
    runProgram({ ...run, ...engine, dryRun: false }),
  );
  return { ...result, ...recorded };
}

/**
 * Serves the two services of a stack.
 *
 * @param use gets their addresses; they stop when it returns.
 */
export async function withEngine<T>(
  run: Pick<ProgramRun, "project" | "stack" | "config">,
  use: (addresses: Pick<ProgramRun, "monitor" | "engine">) => Promise<T>,
): Promise<Recorded & { readonly result: T }> {
  const registrations: Registration[] = [];
  const errors: string[] = [];
  let stackOutputs: Record<string, unknown> = {};
  let rootResource = "";

  const registerResource: Unary<proto.RegisterResourceRequest, proto.RegisterResourceResponse> = (
    call,
    done,
  ) => {
    const { request } = call;
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
    const parentTypes = parent.split("::")[2];
    const nested =
      parentTypes === undefined || parentTypes === "pulumi:pulumi:Stack" ? "" : `${parentTypes}$`;
    const urn = `urn:pulumi:${run.stack}::${run.project}::${nested}${type}::${name}`;
    const [custom, ignoreChanges] = [request.getCustom(), request.getIgnorechangesList()];
    registrations.push({
      type,
      name,
      custom,
      parent,
      urn,
      inputs,
      ignoreChanges,
      dependencies: request.getDependenciesList(),
    });
    const response = new proto.RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(custom ? `${name}-id` : "");
    response.setObject(
      Struct.fromJavaScript({ ...(inputs as object), ...awsOutputs(type, `${name}-1a2b3c4`) }),
    );
    done(null, response);
  };
  const registerResourceOutputs: Unary<proto.RegisterResourceOutputsRequest, Empty> = ({ request }, done) => {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::")) {
      stackOutputs = request.getOutputs()?.toJavaScript() ?? {};
    }
    done(null, new Empty());
  };
  const supportsFeature: Unary<proto.SupportsFeatureRequest, proto.SupportsFeatureResponse> = (
    { request },
    done,
  ) => {
    const response = new proto.SupportsFeatureResponse();
    response.setHassupport(request.getId() === "transforms");
    done(null, response);
  };
  const log: Unary<engineProto.LogRequest, Empty> = ({ request }, done) => {
    if (request.getSeverity() === engineProto.LogSeverity.ERROR) errors.push(request.getMessage());
    done(null, new Empty());
  };
  const setRootResource: Unary<engineProto.SetRootResourceRequest, engineProto.SetRootResourceResponse> = (
    { request },
    done,
  ) => {
    rootResource = request.getUrn();
    done(null, new engineProto.SetRootResourceResponse());
  };
  const getRootResource: Unary<Empty, engineProto.GetRootResourceResponse> = (_call, done) => {
    const response = new engineProto.GetRootResourceResponse();
    response.setUrn(rootResource);
    done(null, response);
  };
  const invoke: Unary<proto.ResourceInvokeRequest, InvokeResponse> = ({ request }, done) => {
    const response = new InvokeResponse();
    response.setReturn(Struct.fromJavaScript(awsFunction(request.getTok(), run.config["aws:region"])));
    done(null, response);
  };
  const nothing: Unary<unknown, Empty> = (_call, done) => {
    done(null, new Empty());
  };

  const monitor = new grpc.Server();
  monitor.addService(ResourceMonitorService, {
    registerResource,
    registerResourceOutputs,
    supportsFeature,
    invoke,
    registerStackTransform: nothing,
    signalAndWaitForShutdown: nothing,
  });
  const engine = new grpc.Server();
  engine.addService(EngineService, {
    log,
    setRootResource,
    getRootResource,
  });

  const result = await serving(monitor, (monitorAddress) =>
    serving(engine, (engineAddress) => use({ monitor: monitorAddress, engine: engineAddress })),
  );
  return { result, errors, registrations, stackOutputs };
}
