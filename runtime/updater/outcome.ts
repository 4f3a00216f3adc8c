/** The possible decisions about a function, and their outcomes. docs/operations.md explains each reason to skip. */
import type { Forecast } from "../sizing/choose-size";
import type { MeasuredEffect } from "../sizing/effect";
import type { History } from "./history-item";
import type { LiveFunction } from "./live-function";
import type { OutOfMemory } from "./out-of-memory";

export const SKIP_REASONS = [
  "invalid-size",
  "out-of-bounds",
  "not-allowed",
  "excluded",
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
  "outside-change-window",
  "no-such-function",
  "no-such-alias",
  "alias-splits-traffic",
  "latest-differs-from-alias",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a command leaves a function as it is. */
export type CommandSkipReason =
  | SkipReason
  | "nothing-to-roll-back"
  | "already-rolled-back"
  | "changed-elsewhere"
  | "already-held"
  | "not-held";

/** Why a size is changed. `faster` and `back-to-baseline` go up to make invocations faster. */
export type ChangeReason =
  "window" | "faster" | "back-to-baseline" | "memory-pressure" | "regression" | "rollback";

/** The forecast for one size. */
export interface ForecastOf extends Forecast {
  /** In MB. */
  readonly toMB: number;
}

/** What is known about a function's durations and costs. */
export interface Tidings {
  /** More of the reason, for a person. */
  readonly detail?: string;
  /** Mean duration of an invocation at the live size, in ms, as expected. */
  readonly liveMs?: number;
  /** For the size to go to; if the function is left alone, for the size that memory alone asks for. */
  readonly forecast?: ForecastOf;
  /** A larger size that makes an invocation at least 20% faster for little more money. */
  readonly speedUp?: ForecastOf;
  /** The watched change's effect. */
  readonly measured?: MeasuredEffect;
  /** How often the changed function ran out of memory, before the change and after it. */
  readonly outOfMemory?: OutOfMemory;
}

/** What to do with a function, given its state and its history. The caller stores the history if it is new. */
export type Decision =
  | ({
      readonly action: "apply";
      /** In MB. */
      readonly to: number;
      readonly reason: ChangeReason;
      /** Who holds the function at its new size; absent if nobody does. */
      readonly holdBy?: "regression" | "operator";
      /** The history with what was seen, but not yet with the change. */
      readonly history: History;
    } & Tidings)
  /** An update is under way: decide again when it is over. */
  | { readonly action: "wait" }
  | ({
      readonly action: "skip";
      readonly to: number | null;
      readonly reason: CommandSkipReason;
      readonly history: History;
    } & Tidings);

/** The outcome of a decision; sizes in MB, null if unknown. */
export interface Outcome extends Tidings {
  /** `held` and `released` mean that a hold began or ended, and no size changed. */
  readonly status: "applied" | "skipped" | "held" | "released" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  readonly live?: LiveFunction;
  /** What holds the function at its new size; absent if it isn't held. */
  readonly holdBy?: "regression" | "operator";
}

/** What is reported about a decision besides its action. */
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
