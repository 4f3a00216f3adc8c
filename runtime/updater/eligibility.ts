/** Decides which functions the updater may change at all. Pure. */
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB, type Recommendation } from "../contract";
import type { Settings } from "../settings";
import { matchesAny } from "./arn-patterns";
import { withoutVersion, type Enrolment } from "./deployment";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/** The tag with which a function's owner opts out (`off`) or asks for recommendations only (`recommend`). */
export const OWNERS_TAG = "memory-optimizer";

export type ScopeSettings = Pick<Settings, "allowedFunctionArns" | "excludedFunctionArns">;

/**
 * Returns why a recommendation is refused without a look at the function. This check comes before the read, because IAM
 * may not allow even a read for a function that `allowedFunctionArns` leaves out.
 */
export function refusalBeforeRead(
  { recommendedMemorySizeMB, functionArn }: Recommendation,
  settings: ScopeSettings,
): SkipReason | undefined {
  const to: unknown = recommendedMemorySizeMB;
  if (typeof to !== "number" || !Number.isInteger(to)) return "invalid-size";
  if (to < LAMBDA_MIN_MEMORY_MB || to > LAMBDA_MAX_MEMORY_MB) return "invalid-size";
  return outOfScope(functionArn, settings);
}

/** Why the updater must leave a function alone, judged only by the function's name. */
export function outOfScope(
  functionArn: string,
  { allowedFunctionArns, excludedFunctionArns }: ScopeSettings,
): SkipReason | undefined {
  if (!matchesAny(allowedFunctionArns, functionArn)) return "not-allowed";
  return matchesAny(excludedFunctionArns, functionArn) ? "excluded" : undefined;
}

/** Returns why the function, as it is now, is not changed. */
export function refusal(
  { functionVersion, source }: Pick<Recommendation, "functionVersion" | "source">,
  live: LiveFunction,
  enrolment: Enrolment,
): SkipReason | undefined {
  // Without its tags, the updater can't tell whether the owner opted out.
  if (!live.tags) return "tags-unreadable";
  if (live.tags[OWNERS_TAG] === "off") return "opted-out";
  const { functionTag } = enrolment;
  if (functionTag && live.tags[functionTag.key] !== functionTag.value) return "not-tagged";
  if (live.managedInstances) return "managed-instances";
  if (live.durable) return "durable-function";
  if (!isEnrolled(source, live, enrolment)) return "not-enrolled";
  // Its reports come on both streams. The layer's count: they have CPU times, and a log level hides none of them.
  if (source === "logs" && hasLayer(live, enrolment)) return "told-by-layer";
  if (functionVersion !== live.version) return "other-version";
  if (live.lastUpdateStatus === "Failed") return "last-update-failed";
  return undefined;
}

/** Whether a recommendation for the function is published and logged, but not applied. */
export function recommendsOnly(
  { source }: Pick<Recommendation, "source">,
  live: LiveFunction,
  { updateMode }: Pick<Settings, "updateMode">,
  { logs }: Enrolment,
): boolean {
  if (updateMode === "recommend" || live.tags?.[OWNERS_TAG] === "recommend") return true;
  return source === "logs" && logs === "recommend";
}

/**
 * Whether the function can report memory pressure: it has the layer, or a CloudWatch Logs subscription covers it, as a
 * record from the logs stream proves.
 */
function isEnrolled(source: Recommendation["source"], live: LiveFunction, enrolment: Enrolment): boolean {
  const { layerArns, telemetryStreamArn, logs } = enrolment;
  if (layerArns.length === 0 && telemetryStreamArn === undefined) return true;
  return source === "logs" ? logs !== undefined : hasLayer(live, enrolment);
}

/** Whether the function carries our layer, or names our stream for a layer of its own. */
function hasLayer(live: LiveFunction, { layerArns, telemetryStreamArn }: Enrolment): boolean {
  if (telemetryStreamArn !== undefined && live.telemetryStreamArn === telemetryStreamArn) return true;
  return live.layerArns.some((arn) => layerArns.includes(withoutVersion(arn)));
}
