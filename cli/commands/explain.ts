/** `explain FUNCTION`: what the next decision depends on, in sentences. */
import type { Command } from "commander";
import { connectedCommand, functionNameFrom, withExamples, type ConnectionOptions } from "../options";

export function explainCommand(): Command {
  const command = connectedCommand(
    "explain",
    "what the next decision about a function depends on, in sentences",
  )
    .argument("<function>", "its name", functionNameFrom)
    .action(async (functionName: string, options: ConnectionOptions) => {
      const { explain } = await import("../explain.js");
      console.log((await explain(functionName, options)).join("\n"));
    });
  return withExamples(command, "lambda-memory-optimizer explain checkout");
}
