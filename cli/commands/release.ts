/** `release`: ends holds. */
import type { Command } from "commander";
import { changingCommand, namesOrAll, withExamples, type ChangeOptions } from "../options";

interface ReleaseOptions extends ChangeOptions {
  readonly all?: boolean;
}

export function releaseCommand(): Command {
  const command = changingCommand("release", "end holds, so that functions are sized again")
    .argument("[functions...]", "their names")
    .option("--all", "every function that is held")
    .action(async (functionNames: string[], options: ReleaseOptions) => {
      const asked = namesOrAll(functionNames, options.all);
      const { askUpdater } = await import("../ask-updater.js");
      const { planOfRelease } = await import("../plans.js");
      await askUpdater(
        {
          action: "release",
          plan: planOfRelease,
          command: (names) => ({ release: { functionNames: names } }),
        },
        asked,
        options,
      );
    });
  return withExamples(command, "lambda-memory-optimizer release checkout");
}
