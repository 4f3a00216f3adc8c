/**
 * One function under the updater's own decisions: records come in, and each decision is carried out as change.ts does
 * if nothing interferes. No AWS, no clock.
 */
import type { Observation, Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import type { Settings } from "../../runtime/settings";
import { planned } from "../../runtime/updater/change";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { figures, withPendingMade } from "../../runtime/updater/history";
import { emptyHistory, type History } from "../../runtime/updater/history-item";
import { judge } from "../../runtime/updater/judge";
import type { LiveFunction } from "../../runtime/updater/live-function";
import type { Decision } from "../../runtime/updater/outcome";
import { takeBack } from "../../runtime/updater/take-back";
import { liveFunction } from "../../test/support/live-function";

export const FUNCTION = {
  functionName: "benched",
  functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:benched",
  functionVersion: "$LATEST",
} as const;

export class UpdatedFunction {
  /** The decisions, oldest first. */
  readonly decisions: Decision[] = [];
  history: History = emptyHistory(FUNCTION.functionName);
  live: LiveFunction;
  private records = 0;

  /** @param bornMs when the function was last updated, in milliseconds since the epoch. */
  constructor(
    readonly settings: Settings,
    memorySizeMB: number,
    bornMs: number,
  ) {
    this.live = liveFunction({
      functionArn: FUNCTION.functionArn,
      memorySizeMB,
      lastModifiedMs: bornMs - MS_PER_DAY,
      revisionId: "0",
    });
  }

  /** @param nowMs when the record arrives, in milliseconds since the epoch. */
  recommended(recommendation: Recommendation, nowMs: number): void {
    const sequenceNumber = String((this.records += 1));
    const { settings, live, history } = this;
    const { reason, windowStart, windowEnd } = recommendation;
    this.settle(
      judge({ recommendation, sequenceNumber, live, history, settings, enrolment: NO_ENROLMENT, nowMs }),
      { trigger: reason, windowStart, windowEnd, sequenceNumber, before: figures(recommendation) },
      nowMs,
    );
  }

  /** @param nowMs when the record arrives, in milliseconds since the epoch. */
  observed(observation: Observation, nowMs: number): void {
    const sequenceNumber = String((this.records += 1));
    const { settings, live, history } = this;
    const { windowStart, windowEnd } = observation;
    this.settle(
      takeBack({ observation, sequenceNumber, live, history, settings, enrolment: NO_ENROLMENT, nowMs }),
      { trigger: "observation", windowStart, windowEnd, sequenceNumber },
      nowMs,
    );
  }

  private settle(decision: Decision, basis: Parameters<typeof planned>[2], nowMs: number): void {
    this.decisions.push(decision);
    if (decision.action === "wait") throw new Error("nobody else updates this function");
    if (decision.action === "skip") {
      this.history = decision.history;
      return;
    }
    const at = new Date(nowMs).toISOString();
    this.history = withPendingMade(planned(decision, this.live, basis, at));
    this.live = {
      ...this.live,
      memorySizeMB: decision.to,
      lastModifiedMs: nowMs,
      revisionId: String(this.decisions.length),
    };
  }
}
