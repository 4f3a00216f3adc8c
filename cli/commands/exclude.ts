/** `exclude`: opts functions out with a tag. */
import type { Command } from "commander";
import { changingCommand, functionNameFrom, withExamples, type ChangeOptions } from "../options";

interface ExcludeOptions extends ChangeOptions {
  readonly recommend?: boolean;
}

export function excludeCommand(): Command {
  const command = changingCommand("exclude", "opt functions out with the tag memory-optimizer = off")
    .argument("<functions...>", "their names")
    .option("--recommend", "only recommend sizes for them: memory-optimizer = recommend")
    .action(async (functionNames: string[], options: ExcludeOptions) => {
      const { setOwnersTag } = await import("../owners-tag.js");
      const value = options.recommend === true ? "recommend" : "off";
      await setOwnersTag(value, functionNames.map(functionNameFrom), options);
    });
  return withExamples(
    command,
    "lambda-memory-optimizer exclude checkout",
    "lambda-memory-optimizer exclude checkout --recommend",
  );
}
