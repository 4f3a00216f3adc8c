/** One Lambda function in the control plane: $LATEST, published versions, aliases, and updates in progress. */
import { createHash, randomUUID } from "node:crypto";
import { LAMBDA_MAX_MEMORY_MB } from "../runtime/contract";
import { conflict, notFound, Refusal } from "./refusal";

export interface EmulatedFunctionArgs {
  readonly functionName: string;
  /** Unqualified. */
  readonly functionArn: string;
  readonly memorySizeMB: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** ISO 8601; the time of registration by default. */
  readonly lastModified?: string;
  /** More fields of its configuration, as GetFunction returns them: `CapacityProviderConfig`, `DurableConfig`, … */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** If given, version 1 is published at the start, with an alias of this name. */
  readonly aliasName?: string;
}

/** "Lambda function states", Lambda Developer Guide. */
export type FunctionLifecycle = "Pending" | "Active" | "Inactive" | "Failed";

interface Version {
  readonly memorySizeMB: number;
  readonly activeAtMs: number;
  /** Why it becomes Failed; undefined if it becomes Active. */
  readonly failure: string | undefined;
  readonly revisionId: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly lastModified: string;
}

export interface EmulatedAlias {
  functionVersion: string;
  revisionId: string;
  /** A second version and its share of the traffic, from 0 to 1. */
  additionalVersionWeights: Record<string, number>;
}

export class EmulatedFunction {
  readonly functionName: string;
  readonly functionArn: string;
  memorySizeMB: number;
  tags: Record<string, string>;
  /** ISO 8601, as Lambda writes it: `2026-01-31T23:59:59.999+0000`. */
  lastModified: string;
  revisionId: string = randomUUID();
  lastUpdateStatus: "Successful" | "InProgress" | "Failed" = "Successful";
  /** Of $LATEST. */
  state: FunctionLifecycle = "Active";
  /** If set, the next version becomes Failed instead of Active, with this StateReason. */
  nextVersionFailure: string | undefined;
  /** Whether the next update ends with LastUpdateStatus Failed. */
  nextUpdateFails = false;
  /** Every size that it was given by an update, in order. */
  readonly memorySizesSetMB: number[] = [];
  readonly versions = new Map<string, Version>();
  readonly aliases = new Map<string, EmulatedAlias>();
  private configuration: Readonly<Record<string, unknown>>;
  private updatingUntilMs = 0;

  /**
   * @param updateDurationMs how long an update or a publication takes.
   * @param now the clock for LastModified. A replay passes the time that it replays.
   */
  constructor(
    args: EmulatedFunctionArgs,
    private readonly updateDurationMs: number,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.functionName = args.functionName;
    this.functionArn = args.functionArn;
    this.memorySizeMB = args.memorySizeMB;
    this.tags = { ...args.tags };
    this.configuration = {
      CodeSha256: sha256(args.functionName),
      Runtime: "nodejs22.x",
      ...args.configuration,
    };
    this.lastModified = lambdaTime(
      args.lastModified === undefined ? this.now() : new Date(args.lastModified),
    );
    if (args.aliasName !== undefined) {
      const functionVersion = this.publish({}, 0);
      this.aliases.set(args.aliasName, {
        functionVersion,
        revisionId: randomUUID(),
        additionalVersionWeights: {},
      });
    }
  }

  /** Ends the update in progress if its time is over. */
  refresh(): this {
    if (this.lastUpdateStatus === "InProgress" && Date.now() >= this.updatingUntilMs) {
      this.lastUpdateStatus = this.nextUpdateFails ? "Failed" : "Successful";
      this.nextUpdateFails = false;
      // In Lambda, a change of the status also changes the revision.
      this.revisionId = randomUUID();
    }
    return this;
  }

  /** Emulates somebody else's deployment: other fields change, and an update is in progress. */
  deploy(configuration: Readonly<Record<string, unknown>>): void {
    this.configuration = { ...this.configuration, ...configuration };
    this.beginUpdate();
  }

  /** The configuration of $LATEST, a version or an alias, as GetFunction returns it. */
  describe(qualifier = "$LATEST"): Record<string, unknown> {
    const common = { FunctionName: this.functionName, PackageType: "Zip" };
    if (qualifier === "$LATEST") {
      return {
        ...common,
        ...this.configuration,
        FunctionArn: this.functionArn,
        MemorySize: this.memorySizeMB,
        LastModified: this.lastModified,
        RevisionId: this.revisionId,
        State: this.state,
        LastUpdateStatus: this.lastUpdateStatus,
        Version: "$LATEST",
      };
    }
    const number = this.aliases.get(qualifier)?.functionVersion ?? qualifier;
    const version = this.versions.get(number);
    if (!version) throw notFound(`${this.functionArn}:${qualifier}`);
    return {
      ...common,
      ...version.configuration,
      FunctionArn: `${this.functionArn}:${number}`,
      MemorySize: version.memorySizeMB,
      LastModified: version.lastModified,
      RevisionId: version.revisionId,
      ...stateOf(version),
      LastUpdateStatus: "Successful",
      Version: number,
    };
  }

  update({ MemorySize, RevisionId }: { MemorySize?: number; RevisionId?: string }): void {
    this.checkRevision(this.revisionId, RevisionId);
    this.checkIdle();
    if (MemorySize !== undefined) {
      if (MemorySize > LAMBDA_MAX_MEMORY_MB) {
        throw new Refusal(
          400,
          "InvalidParameterValueException",
          `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to ${LAMBDA_MAX_MEMORY_MB}`,
        );
      }
      this.memorySizeMB = MemorySize;
      this.memorySizesSetMB.push(MemorySize);
    }
    this.beginUpdate();
  }

  /** @returns the new version's number, or the last one's if nothing has changed since ("PublishVersion"). */
  publish(
    { CodeSha256, RevisionId }: { CodeSha256?: string; RevisionId?: string },
    durationMs = this.updateDurationMs,
  ): string {
    this.checkRevision(this.revisionId, RevisionId);
    this.checkIdle();
    if (CodeSha256 !== undefined && CodeSha256 !== this.configuration.CodeSha256) {
      throw new Refusal(
        400,
        "InvalidParameterValueException",
        "CodeSHA256 is different from current CodeSHA256",
      );
    }
    const last = [...this.versions].at(-1);
    if (last) {
      const [number, { memorySizeMB, configuration }] = last;
      if (memorySizeMB === this.memorySizeMB && configuration === this.configuration) return number;
    }
    const number = String(this.versions.size + 1);
    this.versions.set(number, {
      memorySizeMB: this.memorySizeMB,
      activeAtMs: Date.now() + durationMs,
      failure: this.nextVersionFailure,
      revisionId: randomUUID(),
      configuration: this.configuration,
      lastModified: lambdaTime(this.now()),
    });
    return number;
  }

  alias(name: string): EmulatedAlias {
    const alias = this.aliases.get(name);
    if (!alias) throw notFound(`${this.functionArn}:${name}`);
    return alias;
  }

  moveAlias(
    name: string,
    { FunctionVersion, RevisionId }: { FunctionVersion?: string; RevisionId?: string },
  ): void {
    const alias = this.alias(name);
    this.checkRevision(alias.revisionId, RevisionId);
    if (FunctionVersion === undefined || !this.versions.has(FunctionVersion)) {
      throw notFound(`${this.functionArn}:${FunctionVersion ?? ""}`);
    }
    alias.functionVersion = FunctionVersion;
    alias.revisionId = randomUUID();
  }

  private beginUpdate(): void {
    this.lastModified = lambdaTime(this.now());
    this.revisionId = randomUUID();
    this.lastUpdateStatus = "InProgress";
    this.updatingUntilMs = Date.now() + this.updateDurationMs;
  }

  private checkIdle(): void {
    if (this.lastUpdateStatus === "InProgress" || this.state === "Pending") throw conflict(this.functionArn);
  }

  private checkRevision(actual: string, asked: string | undefined): void {
    if (asked === undefined || asked === actual) return;
    throw new Refusal(
      412,
      "PreconditionFailedException",
      "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId",
    );
  }
}

function stateOf({ activeAtMs, failure }: Version): Record<string, string> {
  if (Date.now() < activeAtMs) return { State: "Pending" };
  return failure === undefined ? { State: "Active" } : { State: "Failed", StateReason: failure };
}

function lambdaTime(time: Date): string {
  return time.toISOString().replace("Z", "+0000");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
