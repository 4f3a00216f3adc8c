/** `release`: ends holds. */
import { Command } from "commander";
import {
  namesOrAll,
  withChange,
  withConnection,
  withExamples,
  type ChangeOptions,
  type ConnectionOptions,
} from "../options";

interface ReleaseOptions extends ConnectionOptions, ChangeOptions {
  readonly all?: boolean;
}

export function releaseCommand(): Command {
  const command = new Command("release")
    .description("end holds, so that functions are sized again")
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
  return withExamples(withChange(withConnection(command)), "lambda-memory-optimizer release checkout");
}
