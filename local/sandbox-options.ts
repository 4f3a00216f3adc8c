/** What a sandbox is, and how its APIs may behave. */

/** Statuses that the APIs answer with instead of doing what they are asked for. */
export interface Refusals {
  /** Refuses as many registrations as said, by default all. */
  readonly register?: { readonly status: number; readonly times?: number };
  readonly subscribe?: number;
}

/** What the Extensions and Telemetry APIs need to know of their sandbox. */
export interface SandboxApiOptions {
  readonly functionName: string;
  /** By default `$LATEST`. */
  readonly functionVersion?: string;
  readonly accountId: string;
  readonly region: string;
  /** By default `on-demand`. */
  readonly initializationType?: string;
  readonly refuse?: Refusals;
  /** How many of the first connections are closed as soon as they are there. */
  readonly dropsConnections?: number;
  /** Whether the call with that number, from 0, gets no answer but a closed connection. */
  readonly hangUpOn?: (call: number) => boolean;
  /** Whether the APIs close each connection after one answer. */
  readonly closesConnections?: boolean;
  /** Whether to keep `ownLatenciesMs`, at the price of some tenths of a millisecond an invocation. */
  readonly measuresOwnLatencies?: boolean;
  /** Sends INVOKE also to extensions that did not register for it, as some emulators do. */
  readonly invokeAll?: boolean;
}

/** A sandbox: one execution environment of a function, with its extensions. */
export interface SandboxOptions extends SandboxApiOptions {
  /** An unpacked layer, from `unpackLayer`. */
  readonly layerDirectory: string;
  readonly memorySizeMB: number;
  /** The function's own variables, credentials included; they win over those that Lambda sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that the extensions find as /proc/stat (needs Linux namespaces); by default the machine's own. */
  readonly statFile?: string;
}
