/** Options of a sandbox and its APIs, faults included. */

/** HTTP statuses with which the APIs refuse requests. */
export interface Refusals {
  /** How many registrations are refused; all of them by default. */
  readonly register?: { readonly status: number; readonly times?: number };
  readonly subscribe?: number;
}

/** Options of a sandbox's Extensions API and Telemetry API. */
export interface SandboxApiOptions {
  readonly functionName: string;
  /** `$LATEST` by default. */
  readonly functionVersion?: string;
  readonly accountId: string;
  readonly region: string;
  /** `on-demand` by default. */
  readonly initializationType?: string;
  readonly refuse?: Refusals;
  /** How many of the first connections are closed as soon as they are open. */
  readonly dropsConnections?: number;
  /** Whether to close the connection instead of answering a call. Calls are counted from 0. */
  readonly hangUpOn?: (call: number) => boolean;
  /** Whether each connection is closed after one answer. */
  readonly closesConnections?: boolean;
  /** Whether to measure `ownLatenciesMs`, which takes some tenths of a millisecond per invocation. */
  readonly measuresOwnLatencies?: boolean;
  /** Whether INVOKE also goes to extensions that have not registered for it, as in some emulators. */
  readonly invokeAll?: boolean;
}

/** A sandbox: one execution environment of a function, with its extensions. */
export interface SandboxOptions extends SandboxApiOptions {
  /** An unpacked layer, from `unpackLayer`. */
  readonly layerDirectory: string;
  readonly memorySizeMB: number;
  /** The function's own variables, credentials included. They override those that Lambda sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that the extensions see as /proc/stat (needs Linux namespaces); by default the machine's own. */
  readonly statFile?: string;
}
