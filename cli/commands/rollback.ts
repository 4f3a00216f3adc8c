/** `rollback`: restores earlier sizes and holds them. */
import { Command } from "commander";
import {
  namesOrAll,
  withChange,
  withConnection,
  withExamples,
  type ChangeOptions,
  type ConnectionOptions,
} from "../options";

interface RollbackOptions extends ConnectionOptions, ChangeOptions {
  readonly all?: boolean;
  readonly original?: boolean;
}

export function rollbackCommand(): Command {
  const command = new Command("rollback")
    .description("restore the size before the last change, and hold it")
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
    withChange(withConnection(command)),
    "lambda-memory-optimizer rollback checkout",
    "lambda-memory-optimizer rollback --all --original --dry-run",
  );
}
