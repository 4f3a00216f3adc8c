/** `include`: removes the tag that `exclude` sets. */
import { Command } from "commander";
import {
  functionNameFrom,
  withChange,
  withConnection,
  withExamples,
  type ChangeOptions,
  type ConnectionOptions,
} from "../options";

export function includeCommand(): Command {
  const command = new Command("include")
    .description("undo exclude: remove the functions' tag memory-optimizer")
    .argument("<functions...>", "their names")
    .action(async (functionNames: string[], options: ConnectionOptions & ChangeOptions) => {
      const { setOwnersTag } = await import("../owners-tag.js");
      await setOwnersTag(undefined, functionNames.map(functionNameFrom), options);
    });
  return withExamples(withChange(withConnection(command)), "lambda-memory-optimizer include checkout");
}
