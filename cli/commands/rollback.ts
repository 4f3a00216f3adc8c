/** `rollback`: restores earlier sizes and holds them. */
import type { Command } from "commander";
import { changingCommand, namesOrAll, withExamples, type ChangeOptions } from "../options";

interface RollbackOptions extends ChangeOptions {
  readonly all?: boolean;
  readonly original?: boolean;
}

export function rollbackCommand(): Command {
  const command = changingCommand("rollback", "restore the size before the last change, and hold it")
    .argument("[functions...]", "their names")
    .option("--all", "every function that was ever changed")
    .option("--original", "restore the size before the first change instead")
    .action(async (functionNames: string[], options: RollbackOptions) => {
      const asked = namesOrAll(functionNames, options.all);
      const { askUpdater } = await import("../ask-updater.js");
      const { planOfRollback } = await import("../plans.js");
      const to = options.original === true ? "original" : "previous";
      await askUpdater(
        {
          action: "roll back",
          plan: (history) => planOfRollback(history, to),
          command: (names) => ({ rollback: { functionNames: names }, to }),
        },
        asked,
        options,
      );
    });
  return withExamples(
    command,
    "lambda-memory-optimizer rollback checkout",
    "lambda-memory-optimizer rollback --all --original --dry-run",
  );
}
