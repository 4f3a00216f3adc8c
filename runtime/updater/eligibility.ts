/** Which functions the updater may change at all. Pure. */
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB, type Recommendation } from "../contract";
import type { Settings } from "../settings";
import { matchesAny } from "./arn-patterns";
import { withoutVersion, type Enrolment } from "./deployment";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/** The tag by which a function's owner has a say: `off` or `recommend`. */
export const OWNERS_TAG = "memory-optimizer";

/**
 * Why a recommendation is refused, whatever the function is like. Asked before the function is read: IAM may not even
 * allow that of a function that `allowedFunctionArns` leaves out.
 */
export function refusalBeforeRead(
  { recommendedMemorySizeMB, functionArn }: Recommendation,
  { allowedFunctionArns }: Pick<Settings, "allowedFunctionArns">,
): SkipReason | undefined {
  const to: unknown = recommendedMemorySizeMB;
  if (typeof to !== "number" || !Number.isInteger(to)) return "invalid-size";
  if (to < LAMBDA_MIN_MEMORY_MB || to > LAMBDA_MAX_MEMORY_MB) return "invalid-size";
  return matchesAny(allowedFunctionArns, functionArn) ? undefined : "not-allowed";
}

/** Why the function, as it is now, is not changed. */
export function refusal(
  { functionVersion }: Pick<Recommendation, "functionVersion">,
  live: LiveFunction,
  enrolment: Enrolment,
): SkipReason | undefined {
  // Without its tags nobody knows whether its owner said no.
  if (!live.tags) return "tags-unreadable";
  if (live.tags[OWNERS_TAG] === "off") return "opted-out";
  const { functionTag } = enrolment;
  if (functionTag && live.tags[functionTag.key] !== functionTag.value) return "not-tagged";
  if (live.managedInstances) return "managed-instances";
  if (live.durable) return "durable-function";
  if (!isEnrolled(live, enrolment)) return "not-enrolled";
  if (functionVersion !== live.version) return "other-version";
  if (live.lastUpdateStatus === "Failed") return "last-update-failed";
  return undefined;
}

/** Whether the function can report its distress: it carries our layer, or names our stream to one that it brought. */
function isEnrolled(live: LiveFunction, { layerArns, telemetryStreamArn }: Enrolment): boolean {
  if (layerArns.length === 0 && telemetryStreamArn === undefined) return true;
  if (telemetryStreamArn !== undefined && live.telemetryStreamArn === telemetryStreamArn) return true;
  return live.layerArns.some((arn) => layerArns.includes(withoutVersion(arn)));
}
