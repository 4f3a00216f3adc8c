/** `exclude`: opts functions out with a tag. */
import { Command } from "commander";
import {
  functionNameFrom,
  withChange,
  withConnection,
  withExamples,
  type ChangeOptions,
  type ConnectionOptions,
} from "../options";

interface ExcludeOptions extends ConnectionOptions, ChangeOptions {
  readonly recommend?: boolean;
}

export function excludeCommand(): Command {
  const command = new Command("exclude")
    .description("opt functions out with the tag memory-optimizer = off")
    .argument("<functions...>", "their names")
    .option("--recommend", "only recommend sizes for them: memory-optimizer = recommend")
    .action(async (functionNames: string[], options: ExcludeOptions) => {
      const { setOwnersTag } = await import("../owners-tag.js");
      const value = options.recommend === true ? "recommend" : "off";
      await setOwnersTag(value, functionNames.map(functionNameFrom), options);
    });
  return withExamples(
    withChange(withConnection(command)),
    "lambda-memory-optimizer exclude checkout",
    "lambda-memory-optimizer exclude checkout --recommend",
  );
}
