/** What may be decided about a function, and what may become of it. docs/operations.md explains each reason to skip. */
import type { Forecast } from "../sizing/choose-size";
import type { MeasuredEffect } from "../sizing/effect";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import type { OutOfMemory } from "./out-of-memory";

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
  "observed",
  "caused-outside",
  "pressure-limit",
  "held",
  "no-change",
  "small-change",
  "would-be-slower",
  "saves-too-little",
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

/** Why a size is changed. `faster` and `back-to-baseline` go up for an invocation's duration. */
export type ChangeReason =
  "window" | "faster" | "back-to-baseline" | "memory-pressure" | "regression" | "rollback";

/** What is foreseen for one size. */
export interface ForecastOf extends Forecast {
  /** In MB. */
  readonly toMB: number;
}

/** What is known of a function's durations and costs. */
export interface Tidings {
  /** More of the reason, for a person. */
  readonly detail?: string;
  /** Mean duration of an invocation at the live size, in ms, as expected. */
  readonly liveMs?: number;
  /** Of the size to go to; of what memory alone asks for where the function stays as it is. */
  readonly forecast?: ForecastOf;
  /** A larger size that makes an invocation at least 20% faster for little more. */
  readonly speedUp?: ForecastOf;
  /** What the change that is watched did. */
  readonly measured?: MeasuredEffect;
  /** How often the changed function ran out of memory, before the change and after it. */
  readonly outOfMemory?: OutOfMemory;
}

/** What to do with a function, given its state and its history. Every history is to be kept, if it is a new one. */
export type Decision =
  | ({
      readonly action: "apply";
      /** In MB. */
      readonly to: number;
      readonly reason: ChangeReason;
      /** Whom the function is held at its new size by; absent where it isn't held. */
      readonly holdBy?: "regression" | "operator";
      /** With what was seen; the change is still to be added. */
      readonly history: History;
    } & Tidings)
  /** An update is under way: ask again when it is over. */
  | { readonly action: "wait" }
  | ({
      readonly action: "skip";
      readonly to: number | null;
      readonly reason: CommandSkipReason;
      readonly history: History;
    } & Tidings);

/** What became of it; sizes in MB, null where they aren't known. */
export interface Outcome extends Tidings {
  /** `released`: a hold ended, and no size changed. */
  readonly status: "applied" | "skipped" | "released" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  readonly live?: LiveFunction;
  /** Whom the function is held at its new size by; absent where it isn't held. */
  readonly holdBy?: "regression" | "operator";
}

/** What is told of a decision besides what was done. */
export function tidingsOf({ detail, liveMs, forecast, speedUp, measured, outOfMemory }: Tidings): Tidings {
  return {
    ...(detail !== undefined && { detail }),
    ...(liveMs !== undefined && { liveMs }),
    ...(forecast && { forecast }),
    ...(speedUp && { speedUp }),
    ...(measured && { measured }),
    ...(outOfMemory && { outOfMemory }),
  };
}

export function skipped(reason: CommandSkipReason): Outcome {
  return { status: "skipped", from: null, to: null, reason };
}
