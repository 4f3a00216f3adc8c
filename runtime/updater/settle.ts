/** Settles one recommendation: reads the live function, judges, applies, and says what came of it. */
import { PreconditionFailedException, ResourceConflictException } from "@aws-sdk/client-lambda";
import { setTimeout as sleep } from "node:timers/promises";
import type { Recommendation } from "../contract";
import type { Settings } from "../settings";
import { judge } from "./judge";
import type { LambdaFunctions } from "./lambda-functions";

/** What became of one recommendation; sizes in MB, null where they aren't known. */
export interface Outcome {
  readonly status: "applied" | "skipped" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
}

export interface SettleOptions {
  readonly functions: LambdaFunctions;
  readonly settings: Settings;
  /** How long to wait before a function that is being updated is looked at again; 1,000 unless told. */
  readonly waitMs?: number;
  /** How often to look before giving up for this time; 60 unless told. */
  readonly attempts?: number;
}

/**
 * @throws whatever the control plane says for good or for too long; the record can be tried again later.
 */
export async function settle(
  recommendation: Recommendation,
  { functions, settings, waitMs = 1_000, attempts = 60 }: SettleOptions,
): Promise<Outcome> {
  const { functionName, recommendedMemorySizeMB } = recommendation;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const live = await functions.read(functionName);
    if (!live) return { status: "skipped", from: null, to: null, reason: "no-such-function" };
    const from = live.memorySizeMB;
    const verdict = judge({ recommendation, live, settings });
    switch (verdict.action) {
      case "skip":
        return { status: "skipped", from, to: recommendedMemorySizeMB, reason: verdict.reason };
      case "apply":
        try {
          await functions.changeMemory(functionName, verdict.to, live.revisionId);
          return { status: "applied", from, to: verdict.to, reason: verdict.reason };
        } catch (error) {
          // Somebody else changed it, or is at it: look again and judge afresh.
          if (error instanceof PreconditionFailedException) continue;
          if (!(error instanceof ResourceConflictException)) throw error;
        }
        break;
      case "wait":
        break;
    }
    await sleep(waitMs);
  }
  throw new Error(`${functionName} was still being updated after ${attempts} looks`);
}
