/**
 * Carries out one of the updater's commands for some or all functions: plans it from the history table, asks, and invokes
 * the updater batch by batch. After an interruption, the same command skips the functions that are done.
 */
import type { AskedCommand } from "../runtime/updater/command";
import { emptyHistory, type History } from "../runtime/updater/history-item";
import { confirmed } from "./confirm";
import { Failure } from "./failure";
import { Fleet } from "./fleet";
import type { ChangeOptions } from "./options";

/**
 * Functions per invocation. At the updater's default pace of two calls a second, and four calls for a published function,
 * a batch takes less than one of its five minutes.
 */
const BATCH = 25;

export interface Change {
  /** Such as `roll back`. */
  readonly action: string;
  /** What would happen to a function, according to its history; undefined if nothing would. */
  readonly plan: (history: History) => string | undefined;
  readonly command: (functionNames: string[]) => AskedCommand;
  /** Whether the command accepts functions without a history. */
  readonly takesUnknown?: boolean;
}

/** @param functionNames undefined for all functions that have a history. */
export async function askUpdater(
  { action, plan, command, takesUnknown = false }: Change,
  functionNames: readonly string[] | undefined,
  options: ChangeOptions,
): Promise<void> {
  const fleet = await Fleet.open(options);
  const histories = functionNames
    ? await Promise.all(functionNames.map((name) => historyOf(name, fleet, takesUnknown)))
    : await fleet.histories();
  const planned = histories
    .sort((a, b) => (a.functionName < b.functionName ? -1 : 1))
    .flatMap((history) => {
      const told = plan(history);
      return told === undefined ? [] : [{ functionName: history.functionName, told }];
    });
  const left = histories.length - planned.length;
  if (left > 0) fleet.progress.say(`${left} of ${histories.length} functions need no change`);
  const lines = planned.map(({ functionName, told }) => `${functionName}: ${told}`);
  if (!(await confirmed(lines, action, options))) return;
  const missing = await askFor(
    planned.map(({ functionName }) => functionName),
    command,
    fleet,
  );
  if (functionNames === undefined) return;
  for (const functionName of missing) {
    // Throws with similar names if the name is misspelt.
    await fleet.history(functionName);
    throw new Failure(`There is no function ${functionName} in ${fleet.aws.region} any more.`);
  }
}

/** @returns the functions that don't exist. */
async function askFor(
  functionNames: readonly string[],
  command: Change["command"],
  fleet: Fleet,
): Promise<string[]> {
  const total = functionNames.length;
  const missing: string[] = [];
  let queue = [...functionNames];
  let failed = 0;
  let done = 0;
  while (queue.length > 0) {
    const batch = queue.slice(0, BATCH);
    const { outcomes, remaining } = await fleet.ask(command(batch));
    for (const { functionName, status, from, to, reason } of outcomes) {
      const sizes = from === null || from === to ? "" : ` ${from} → ${to ?? "?"} MB`;
      console.log(`${functionName}: ${status}${sizes}${reason === status ? "" : ` (${reason})`}`);
      if (status === "failed") failed++;
      if (reason === "no-such-function") missing.push(functionName);
    }
    if (outcomes.length === 0) {
      throw new Failure(
        `The updater had no time for any of ${batch.join(", ")}; raise updaterTimeoutSeconds.`,
      );
    }
    done += outcomes.length;
    queue = [...remaining, ...queue.slice(BATCH)];
    fleet.progress.say(`functions done: ${done} of ${total}`);
  }
  if (failed > 0) throw new Failure(`${failed} of ${total} functions failed; run the same command again.`);
  return missing;
}

async function historyOf(functionName: string, fleet: Fleet, takesUnknown: boolean): Promise<History> {
  if (!takesUnknown) return fleet.history(functionName);
  return (await fleet.historyIfAny(functionName)) ?? emptyHistory(functionName);
}
