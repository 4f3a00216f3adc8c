/** A function as Lambda describes it now, as far as a decision needs it. */
export interface LiveFunction {
  /** Unqualified. */
  readonly functionArn: string;
  /** `$LATEST`, or the published version that the configured alias points to. */
  readonly version: string;
  readonly memorySizeMB: number;
  /** Of the last update of any kind, in milliseconds since the epoch. */
  readonly lastModifiedMs: number;
  /** `InProgress` while an earlier update is under way. */
  readonly lastUpdateStatus: "InProgress" | "Successful" | "Failed";
  /** Names this state of the configuration. An update that carries it fails once the state is another. */
  readonly revisionId: string;
  /** Of the code or image, as GetFunction names it; empty where it doesn't tell. */
  readonly codeSha256: string;
  /** Undefined where they could not be read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The versions of the layers that it carries. */
  readonly layerArns: readonly string[];
  /** The stream that its environment tells the layer to write to; undefined where there is none. */
  readonly telemetryStreamArn: string | undefined;
  /** Runs on Lambda Managed Instances, where memory is another thing. */
  readonly managedInstances: boolean;
  readonly durable: boolean;
  readonly architecture: "x86_64" | "arm64";
}
