/** `report`: the report page, from the live history table. */
import type { Command } from "commander";
import { connectedCommand, withExamples, type ConnectionOptions } from "../options";

export function reportCommand(): Command {
  const command = connectedCommand(
    "report",
    "write a web page with the sizes, savings and durations of the whole fleet",
  )
    .requiredOption("--html <file>", "the file to write; an existing file is overwritten")
    .action(async (options: ConnectionOptions & { readonly html: string }) => {
      const { writeLiveReport } = await import("../live-report.js");
      await writeLiveReport(options.html, options);
    });
  return withExamples(command, "lambda-memory-optimizer report --html fleet.html");
}
