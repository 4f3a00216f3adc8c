/** What may be decided about a function, and what may become of it. docs/operations.md explains each reason to skip. */
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";

export const SKIP_REASONS = [
  "invalid-size",
  "out-of-bounds",
  "not-allowed",
  "not-tagged",
  "not-enrolled",
  "told-by-layer",
  "tags-unreadable",
  "opted-out",
  "managed-instances",
  "durable-function",
  "other-version",
  "already-settled",
  "already-applied",
  "changed-meanwhile",
  "older-than-last-change",
  "last-update-failed",
  "measured-at-another-size",
  "pressure-limit",
  "held",
  "no-change",
  "small-change",
  "after-memory-pressure",
  "cool-down",
  "recommend-mode",
  "no-such-function",
  "no-such-alias",
  "alias-splits-traffic",
  "latest-differs-from-alias",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a command leaves a function as it is. */
export type CommandSkipReason =
  SkipReason | "nothing-to-roll-back" | "already-rolled-back" | "changed-elsewhere" | "not-held";

/** Why a size is changed. */
export type ChangeReason = "window" | "memory-pressure" | "regression" | "rollback";

/** What to do with a function, given its state and its history. Every history is to be kept, if it is a new one. */
export type Decision =
  | {
      readonly action: "apply";
      /** In MB. */
      readonly to: number;
      readonly reason: ChangeReason;
      /** More of the reason, for a person. */
      readonly detail?: string;
      /** Whom the function is held at its new size by; absent where it isn't held. */
      readonly holdBy?: "regression" | "operator";
      /** With what was seen; the change is still to be added. */
      readonly history: History;
    }
  /** An update is under way: ask again when it is over. */
  | { readonly action: "wait" }
  | {
      readonly action: "skip";
      readonly to: number | null;
      readonly reason: CommandSkipReason;
      readonly history: History;
    };

/** What became of it; sizes in MB, null where they aren't known. */
export interface Outcome {
  /** `released`: a hold ended, and no size changed. */
  readonly status: "applied" | "skipped" | "released" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  /** More of the reason, for a person. */
  readonly detail?: string;
  readonly live?: LiveFunction;
}

export function skipped(reason: CommandSkipReason): Outcome {
  return { status: "skipped", from: null, to: null, reason };
}
