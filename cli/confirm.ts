/** Asks for confirmation before a change. */
import { createInterface } from "node:readline/promises";
import { Failure } from "./failure";
import type { ChangeOptions } from "./options";

/**
 * Shows the plan and asks whether to carry it out. A dry run is never carried out.
 *
 * @param plan one line for each function that would change.
 * @param action such as `roll back`.
 * @throws Failure if there is no terminal to ask.
 */
export async function confirmed(
  plan: readonly string[],
  action: string,
  { dryRun, yes }: ChangeOptions,
): Promise<boolean> {
  for (const line of plan) console.log(line);
  const functions = `${plan.length} function${plan.length === 1 ? "" : "s"}`;
  if (plan.length === 0) {
    console.log(`There is nothing to ${action}.`);
    return false;
  }
  if (dryRun) {
    console.log(`Dry run: this would ${action} ${functions}.`);
    return false;
  }
  if (yes) return true;
  if (!process.stdin.isTTY) {
    throw new Failure(
      `This would ${action} ${functions}, and there is no terminal to ask; add --yes, or look first with --dry-run.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Really ${action} ${functions}? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    terminal.close();
  }
  console.log("Nothing was done.");
  return false;
}
