/** The control-plane calls that the updater makes, one plain function each. */
import {
  GetAliasCommand,
  GetFunctionCommand,
  PublishVersionCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import type { LiveFunction } from "./judge";
import type { Pacer } from "./pacer";

/** A function as it is now, with what a published version is compared by. */
export interface FunctionState extends LiveFunction {
  readonly codeSha256: string;
  /** Ready to be invoked: a version is not while it is being published. */
  readonly active: boolean;
  /** Everything of the configuration that a deployment sets, save the memory. */
  readonly deployment: string;
}

export interface Alias {
  readonly functionVersion: string;
  readonly revisionId: string;
  /** A part of its traffic goes to a second version. */
  readonly splitsTraffic: boolean;
}

export class LambdaFunctions {
  /** @param pacer whose turn every call takes, retries too. */
  constructor(
    private readonly client: LambdaClient,
    pacer: Pacer,
  ) {
    // Within the retries, so that each attempt is paced.
    client.middlewareStack.add(
      (next) => async (args) => {
        await pacer.turn();
        return next(args);
      },
      { name: "pace", step: "finalizeRequest", priority: "low" },
    );
  }

  /**
   * The function or version as it is now, or undefined where there is none.
   *
   * GetFunction, not GetFunctionConfiguration: it brings the tags along, and has a quota of its own (100 a second)
   * where the latter draws on the 15 a second that the account's deployments live on ("Lambda quotas").
   */
  async read(functionName: string, version = "$LATEST"): Promise<FunctionState | undefined> {
    return orUndefined(async () => {
      const { Configuration, Tags, TagsError } = await this.client.send(
        new GetFunctionCommand({ FunctionName: functionName, Qualifier: version }),
      );
      return functionState(Configuration ?? {}, TagsError ? undefined : (Tags ?? {}));
    });
  }

  /**
   * Changes the memory of $LATEST, if it is still in the state that was read.
   *
   * @throws PreconditionFailedException if it isn't, ResourceConflictException while another update is under way.
   */
  async changeMemory(functionName: string, memorySizeMB: number, revisionId: string): Promise<void> {
    await this.client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        MemorySize: memorySizeMB,
        RevisionId: revisionId,
      }),
    );
  }

  /** Publishes $LATEST, if it is still as it was read; gives the version's number, an old one if nothing changed. */
  async publish(functionName: string, { codeSha256, revisionId }: FunctionState): Promise<string> {
    const { Version } = await this.client.send(
      new PublishVersionCommand({
        FunctionName: functionName,
        CodeSha256: codeSha256,
        RevisionId: revisionId,
        Description: "Memory set by lambda-memory-optimizer",
      }),
    );
    return Version ?? "";
  }

  async readAlias(functionName: string, aliasName: string): Promise<Alias | undefined> {
    return orUndefined(async () => {
      const alias = await this.client.send(
        new GetAliasCommand({ FunctionName: functionName, Name: aliasName }),
      );
      return {
        functionVersion: alias.FunctionVersion ?? "",
        revisionId: alias.RevisionId ?? "",
        splitsTraffic: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
      };
    });
  }

  /** Moves the alias, if nobody else has since it was read. */
  async moveAlias(
    functionName: string,
    aliasName: string,
    version: string,
    { revisionId }: Alias,
  ): Promise<void> {
    await this.client.send(
      new UpdateAliasCommand({
        FunctionName: functionName,
        Name: aliasName,
        FunctionVersion: version,
        RevisionId: revisionId,
      }),
    );
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
    lastUpdateStatus: configuration.LastUpdateStatus ?? "Successful",
    revisionId: configuration.RevisionId ?? "",
    tags,
    managedInstances: configuration.CapacityProviderConfig !== undefined,
    durable: configuration.DurableConfig !== undefined,
    architecture: configuration.Architectures?.includes("arm64") ? "arm64" : "x86_64",
    codeSha256: configuration.CodeSha256 ?? "",
    active: configuration.State === undefined || configuration.State === "Active",
    deployment: deployment(configuration),
  };
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
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
