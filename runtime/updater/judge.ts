/** What to do about one recommendation: a pure decision, no I/O. */
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";

/** The function as it is now, as far as the decision needs it. */
export interface LiveFunction {
  readonly memorySizeMB: number;
  /** `InProgress` while an earlier change is under way. */
  readonly lastUpdateStatus: "InProgress" | "Successful" | "Failed";
  /** Names this state of the configuration; an update that carries it fails if the state is another by then. */
  readonly revisionId: string;
}

export type Verdict =
  | { readonly action: "apply"; readonly to: number; readonly reason: string }
  /** An update is under way: ask again when it is over. */
  | { readonly action: "wait" }
  | { readonly action: "skip"; readonly reason: string };

export interface Case {
  readonly recommendation: Recommendation;
  readonly live: LiveFunction;
  readonly settings: Pick<Settings, "minMemoryMB" | "maxMemoryMB" | "updateMode">;
}

export function judge({ recommendation, live, settings }: Case): Verdict {
  const to = recommendation.recommendedMemorySizeMB;
  if (to < settings.minMemoryMB || to > settings.maxMemoryMB) return skip("out-of-bounds");
  if (to === live.memorySizeMB) return skip("no-change");
  if (settings.updateMode === "recommend") return skip("recommend-mode");
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return { action: "apply", to, reason: recommendation.reason };
}

function skip(reason: string): Verdict {
  return { action: "skip", reason };
}
