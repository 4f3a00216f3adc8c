/** A function as Lambda describes it now, as far as a decision needs it. */
export interface LiveFunction {
  /** Unqualified. */
  readonly functionArn: string;
  /** `$LATEST`, or the published version that the configured alias points to. */
  readonly version: string;
  readonly memorySizeMB: number;
  /** When it was last updated in any way, in milliseconds since the epoch. */
  readonly lastModifiedMs: number;
  /** `InProgress` while an earlier update is under way. */
  readonly lastUpdateStatus: "InProgress" | "Successful" | "Failed";
  /** Identifies this state of the configuration. An update that carries it fails if the state has changed. */
  readonly revisionId: string;
  /** The code's or image's hash, as GetFunction gives it; empty if it gives none. */
  readonly codeSha256: string;
  /** Undefined if they could not be read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The versions of the layers that it carries. */
  readonly layerArns: readonly string[];
  /** The stream that its environment tells the layer to write to; undefined if there is none. */
  readonly telemetryStreamArn: string | undefined;
  /** Runs on Lambda Managed Instances, where memory means something else. */
  readonly managedInstances: boolean;
  readonly durable: boolean;
  readonly architecture: "x86_64" | "arm64";
}
