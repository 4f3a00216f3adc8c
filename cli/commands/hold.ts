/** `hold`: keeps functions at their current size. */
import type { Command } from "commander";
import { changingCommand, namesOrAll, withExamples, type ChangeOptions } from "../options";

interface HoldOptions extends ChangeOptions {
  readonly all?: boolean;
  readonly reason?: string;
}

export function holdCommand(): Command {
  const command = changingCommand(
    "hold",
    "keep functions at their size until you release them; memory pressure still raises them",
  )
    .argument("[functions...]", "their names")
    .option("--all", "every function that has a history")
    .option("--reason <text>", "the reason to show in status")
    .action(async (functionNames: string[], options: HoldOptions) => {
      const asked = namesOrAll(functionNames, options.all);
      const { askUpdater } = await import("../ask-updater.js");
      const { planOfHold } = await import("../plans.js");
      const { reason } = options;
      await askUpdater(
        {
          action: "hold",
          plan: planOfHold,
          command: (names) => ({ hold: { functionNames: names }, ...(reason !== undefined && { reason }) }),
          takesUnknown: true,
        },
        asked,
        options,
      );
    });
  return withExamples(command, 'lambda-memory-optimizer hold checkout --reason "load test until Friday"');
}
