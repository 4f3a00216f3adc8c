/** `include`: removes the tag that `exclude` sets. */
import type { Command } from "commander";
import { changingCommand, functionNameFrom, withExamples, type ChangeOptions } from "../options";

export function includeCommand(): Command {
  const command = changingCommand("include", "undo exclude: remove the functions' tag memory-optimizer")
    .argument("<functions...>", "their names")
    .action(async (functionNames: string[], options: ChangeOptions) => {
      const { setOwnersTag } = await import("../owners-tag.js");
      await setOwnersTag(undefined, functionNames.map(functionNameFrom), options);
    });
  return withExamples(command, "lambda-memory-optimizer include checkout");
}
