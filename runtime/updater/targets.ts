/** What a change of memory is made to: $LATEST alone, or also the alias that traffic goes through. */
import type { Deadline } from "./deadline";
import type { LiveFunction, SkipReason } from "./judge";
import type { LambdaFunctions } from "./lambda-functions";

/** A target as it is now, and the way to change it from just that state. */
export interface ReadTarget {
  readonly live: LiveFunction;
  /** @throws PreconditionFailedException, ResourceConflictException: read it again. */
  readonly changeMemory: (memorySizeMB: number) => Promise<void>;
}

/** Reads the target, or says why there is none to change. */
export type Target = () => Promise<ReadTarget | SkipReason>;

export function latest(functions: LambdaFunctions, functionName: string): Target {
  return async () => {
    const live = await functions.read(functionName);
    if (!live) return "no-such-function";
    return { live, changeMemory: (to) => functions.changeMemory(functionName, to, live.revisionId) };
  };
}

/**
 * The version behind an alias: $LATEST is changed, published, and the alias moved to the new version, each once the
 * one before is ready. What was done of it when the process died is found done the next time.
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
    const live = await functions.read(functionName, alias.functionVersion);
    const unpublished = await functions.read(functionName);
    if (!live || !unpublished) return "no-such-function";
    // Publishing would release what somebody has deployed to $LATEST and not released yet.
    if (live.deployment !== unpublished.deployment) return "latest-differs-from-alias";

    const changeMemory = async (to: number) => {
      if (unpublished.memorySizeMB !== to) {
        await functions.changeMemory(functionName, to, unpublished.revisionId);
      }
      const changed = await deadline.until(
        () => functions.read(functionName),
        (state) => state?.lastUpdateStatus !== "InProgress",
      );
      if (changed?.memorySizeMB !== to || changed.deployment !== live.deployment) {
        throw new ChangedMeanwhileError(`${functionName} was changed while it was to be published`);
      }
      const version = await functions.publish(functionName, changed);
      await deadline.until(
        () => functions.read(functionName, version),
        (state) => state?.active === true,
      );
      await functions.moveAlias(functionName, aliasName, version, alias);
    };
    return { live: { ...live, lastUpdateStatus: unpublished.lastUpdateStatus }, changeMemory };
  };
}

/** Somebody else changed the target between two of our steps: read it again. */
export class ChangedMeanwhileError extends Error {
  override readonly name = "ChangedMeanwhileError";
}
