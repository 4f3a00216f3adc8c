/** What a change of memory applies to: $LATEST alone, or also the alias that traffic goes through. */
import { meaningOf } from "./aws-errors";
import type { Deadline } from "./deadline";
import type { FunctionState, LambdaFunctions } from "./lambda-functions";
import type { LiveFunction } from "./live-function";
import type { SkipReason } from "./outcome";

/** A target as it is now, and how to change it from exactly that state. */
export interface ReadTarget {
  readonly live: LiveFunction;
  /** @throws PreconditionFailedException, ResourceConflictException, ChangedMeanwhileError: read it again. */
  readonly changeMemory: (memorySizeMB: number) => Promise<void>;
}

/** Reads the target, or returns why there is none to change. */
export type Target = () => Promise<ReadTarget | SkipReason>;

/** Somebody else changed the target between two of our steps, so it must be read again. */
export class ChangedMeanwhileError extends Error {
  override readonly name = "ChangedMeanwhileError";
}

/** Lambda could not publish a version of the function, and a retry won't help. */
export class PublicationFailedError extends Error {
  override readonly name = "PublicationFailedError";
}

/**
 * The target of a record's change. A function whose telemetry comes from a version is changed behind the alias, if
 * there is one.
 *
 * @param aliasName empty if functions aren't published.
 * @returns the target, and the alias's name if one is moved.
 */
export function targetOf(
  { functionName, functionVersion }: { readonly functionName: string; readonly functionVersion: string },
  aliasName: string,
  functions: LambdaFunctions,
  deadline: Deadline,
): { readonly target: Target; readonly aliasName?: string } {
  if (functionVersion === "$LATEST" || aliasName === "") return { target: latest(functions, functionName) };
  return { target: behindAlias(functions, functionName, aliasName, deadline), aliasName };
}

export function latest(functions: LambdaFunctions, functionName: string): Target {
  return async () => {
    const live = await functions.read(functionName);
    if (!live) return "no-such-function";
    return { live, changeMemory: (to) => functions.changeMemory(functionName, to, live.revisionId) };
  };
}

/**
 * The version behind an alias. $LATEST is changed and published, then the alias moves to the new version; each step
 * waits until the previous one is ready. After a crash, the next attempt finds the steps that were done. If Lambda
 * refuses a step for good, $LATEST gets its own size back.
 */
export function behindAlias(
  functions: LambdaFunctions,
  functionName: string,
  aliasName: string,
  deadline: Deadline,
): Target {
  return async () => {
    const alias = await functions.readAlias(functionName, aliasName);
    if (!alias) return (await functions.read(functionName)) ? "no-such-alias" : "no-such-function";
    if (alias.splitsTraffic) return "alias-splits-traffic";
    const unpublished = await functions.read(functionName);
    if (!unpublished) return "no-such-function";
    const live = await functions.read(functionName, alias.functionVersion);
    if (!live) return "no-such-alias";
    // Publishing would release a deployment to $LATEST that nobody has released yet.
    if (live.deployment !== unpublished.deployment) return "latest-differs-from-alias";

    const changeMemory = async (to: number) => {
      if (unpublished.memorySizeMB !== to) {
        await functions.changeMemory(functionName, to, unpublished.revisionId);
      }
      try {
        const changed = await idle();
        if (changed?.memorySizeMB !== to || changed.deployment !== live.deployment) {
          throw new ChangedMeanwhileError(`${functionName} was changed before it could be published`);
        }
        const version = await functions.publish(functionName, changed);
        await published(version);
        await functions.moveAlias(functionName, aliasName, version, alias);
      } catch (error) {
        if (meaningOf(error) === "refused") await putLatestBack(to);
        throw error;
      }
    };
    return { live: { ...live, lastUpdateStatus: unpublished.lastUpdateStatus }, changeMemory };

    /** $LATEST, once no update of it is under way. */
    function idle(): Promise<FunctionState | undefined> {
      return deadline.until(
        () => functions.read(functionName),
        (state) => state?.lastUpdateStatus !== "InProgress",
      );
    }

    async function published(version: string): Promise<void> {
      const state = await deadline.until(
        () => functions.read(functionName, version),
        (found) => found?.state !== "Pending",
      );
      if (state?.state !== "Failed") return;
      throw new PublicationFailedError(
        `version ${version} of ${functionName} failed: ${state.stateReason ?? "Lambda gives no reason"}`,
      );
    }

    /** @throws if a retry may succeed: the next delivery then gets the same refusal, and comes here again. */
    async function putLatestBack(from: number): Promise<void> {
      const changed = await idle();
      if (changed?.memorySizeMB !== from || changed.deployment !== live?.deployment) return;
      // An earlier attempt that was cut short may have left it at the new size. The alias then has the old one.
      const own = unpublished?.memorySizeMB === from ? live.memorySizeMB : unpublished?.memorySizeMB;
      try {
        await functions.changeMemory(functionName, own ?? live.memorySizeMB, changed.revisionId);
      } catch (error) {
        if (meaningOf(error) !== "refused") throw error;
      }
    }
  };
}
