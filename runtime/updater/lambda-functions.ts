/** The control-plane calls that the updater makes, one plain function each. */
import {
  GetAliasCommand,
  GetFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { isNotFound } from "./aws-errors";
import type { Deadline } from "./deadline";
import type { LiveFunction } from "./live-function";
import type { Pacer } from "./pacer";

/** The layer's variable that names the stream to write to. */
const STREAM_VARIABLE = "LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN";

/** A function as it is now, with the fields that tell published versions apart. */
export interface FunctionState extends LiveFunction {
  /** `Pending` while it is being created, and `Failed` if that failed ("Lambda function states"). */
  readonly state: string;
  /** Why it is in that state, if Lambda says so. */
  readonly stateReason: string | undefined;
  /** Everything in the configuration that a deployment sets, except the memory. */
  readonly deployment: string;
}

export interface Alias {
  readonly functionVersion: string;
  readonly revisionId: string;
  /** Part of its traffic goes to a second version. */
  readonly splitsTraffic: boolean;
}

/** Makes each attempt of a client's calls wait for its turn, retries included. */
export function paced(client: LambdaClient, pacer: Pacer): LambdaClient {
  // Inside the retry middleware, so that each attempt is paced.
  client.middlewareStack.add(
    (next) => async (args) => {
      await pacer.turn();
      return next(args);
    },
    { name: "pace", step: "finalizeRequest", priority: "low" },
  );
  return client;
}

/**
 * Two clients for two quotas: GetFunction has 100 calls a second of its own, and all other calls share 15 with the
 * account's deployments ("Lambda quotas"). A throttled client doesn't slow down the other.
 */
export interface LambdaClients {
  readonly reads: LambdaClient;
  readonly updates: LambdaClient;
}

export class LambdaFunctions {
  constructor(
    private readonly clients: LambdaClients,
    private readonly deadline: Deadline,
  ) {}

  /**
   * The function or version as it is now, or undefined if there is none. It calls GetFunction instead of
   * GetFunctionConfiguration, because that also returns the tags and has the larger quota.
   */
  async read(functionName: string, version = "$LATEST"): Promise<FunctionState | undefined> {
    const command = new GetFunctionCommand({ FunctionName: functionName, Qualifier: version });
    return orUndefined(async () => {
      const { Configuration, Tags, TagsError } = await this.deadline.call((options) =>
        this.clients.reads.send(command, options),
      );
      return functionState(Configuration ?? {}, TagsError ? undefined : (Tags ?? {}));
    });
  }

  /**
   * Changes the memory of $LATEST if it is still in the state that was read.
   *
   * @throws PreconditionFailedException if it isn't, ResourceConflictException while another update is under way.
   */
  async changeMemory(functionName: string, memorySizeMB: number, revisionId: string): Promise<void> {
    const command = new UpdateFunctionConfigurationCommand({
      FunctionName: functionName,
      MemorySize: memorySizeMB,
      RevisionId: revisionId,
    });
    await this.deadline.call((options) => this.clients.updates.send(command, options));
  }

  /** Publishes $LATEST if it is still as it was read. Returns the version's number, an old one if nothing changed. */
  async publish(functionName: string, { codeSha256, revisionId }: FunctionState): Promise<string> {
    const command = new PublishVersionCommand({
      FunctionName: functionName,
      CodeSha256: codeSha256,
      RevisionId: revisionId,
      Description: "Memory set by lambda-memory-optimizer",
    });
    const { Version } = await this.deadline.call((options) => this.clients.updates.send(command, options));
    return Version ?? "";
  }

  async readAlias(functionName: string, aliasName: string): Promise<Alias | undefined> {
    const command = new GetAliasCommand({ FunctionName: functionName, Name: aliasName });
    return orUndefined(async () => {
      const alias = await this.deadline.call((options) => this.clients.updates.send(command, options));
      return {
        functionVersion: alias.FunctionVersion ?? "",
        revisionId: alias.RevisionId ?? "",
        splitsTraffic: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
      };
    });
  }

  /** Moves the alias if nobody else has moved it since it was read. */
  async moveAlias(
    functionName: string,
    aliasName: string,
    version: string,
    { revisionId }: Alias,
  ): Promise<void> {
    const command = new UpdateAliasCommand({
      FunctionName: functionName,
      Name: aliasName,
      FunctionVersion: version,
      RevisionId: revisionId,
    });
    await this.deadline.call((options) => this.clients.updates.send(command, options));
  }
}

function functionState(
  configuration: FunctionConfiguration,
  tags: Record<string, string> | undefined,
): FunctionState {
  return {
    // A version's own ARN ends in its number.
    functionArn: (configuration.FunctionArn ?? "").split(":").slice(0, 7).join(":"),
    version: configuration.Version ?? "$LATEST",
    memorySizeMB: configuration.MemorySize ?? 0,
    lastModifiedMs: Date.parse((configuration.LastModified ?? "").replace("+0000", "Z")),
    lastUpdateStatus: updateStatus(configuration),
    revisionId: configuration.RevisionId ?? "",
    tags,
    layerArns: (configuration.Layers ?? []).flatMap(({ Arn }) => Arn ?? []),
    telemetryStreamArn: configuration.Environment?.Variables?.[STREAM_VARIABLE],
    managedInstances: configuration.CapacityProviderConfig !== undefined,
    durable: configuration.DurableConfig !== undefined,
    architecture: configuration.Architectures?.includes("arm64") ? "arm64" : "x86_64",
    codeSha256: configuration.CodeSha256 ?? "",
    state: configuration.State ?? "Active",
    stateReason: configuration.StateReason,
    deployment: deployment(configuration),
  };
}

/** Treats a creation like an update: while it is under way or has failed, the function can't be updated. */
function updateStatus({ State, LastUpdateStatus }: FunctionConfiguration): LiveFunction["lastUpdateStatus"] {
  if (State === "Pending") return "InProgress";
  return State === "Failed" ? "Failed" : (LastUpdateStatus ?? "Successful");
}

function deployment(configuration: FunctionConfiguration): string {
  return JSON.stringify([
    configuration.CodeSha256,
    configuration.PackageType,
    configuration.ImageConfigResponse?.ImageConfig,
    configuration.Runtime,
    configuration.Architectures,
    configuration.Handler,
    configuration.Role,
    configuration.Timeout,
    Object.entries(configuration.Environment?.Variables ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    configuration.KMSKeyArn,
    configuration.Layers?.map(({ Arn }) => Arn),
    configuration.EphemeralStorage?.Size,
    configuration.FileSystemConfigs,
    configuration.VpcConfig?.SubnetIds,
    configuration.VpcConfig?.SecurityGroupIds,
    configuration.DeadLetterConfig?.TargetArn,
    configuration.TracingConfig?.Mode,
    configuration.LoggingConfig,
    configuration.SnapStart?.ApplyOn,
  ]);
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
