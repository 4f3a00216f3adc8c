/** `history FUNCTION`: its changes as a chart, and the measurements at each size. */
import type { Command } from "commander";
import { connectedCommand, functionNameFrom, withExamples, type ConnectionOptions } from "../options";

interface HistoryOptions extends ConnectionOptions {
  readonly json?: boolean;
}

export function historyCommand(): Command {
  const command = connectedCommand("history", "a function's changes and figures, with a small chart")
    .argument("<function>", "its name", functionNameFrom)
    .option("--json", "the item of the history table, as JSON")
    .action(async (functionName: string, options: HistoryOptions) => {
      const { Fleet } = await import("../fleet.js");
      const { historyText } = await import("../history-text.js");
      const history = await (await Fleet.open(options)).history(functionName);
      console.log(options.json ? JSON.stringify(history, undefined, 2) : historyText(history));
    });
  return withExamples(command, "lambda-memory-optimizer history checkout");
}
