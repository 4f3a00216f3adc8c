/** `report`: the report page, from the live history table. */
import { Command } from "commander";
import { withConnection, withExamples, type ConnectionOptions } from "../options";

export function reportCommand(): Command {
  const command = new Command("report")
    .description("write a web page with the sizes, savings and durations of the whole fleet")
    .requiredOption("--html <file>", "the file to write; an existing file is overwritten")
    .action(async (options: ConnectionOptions & { readonly html: string }) => {
      const { writeLiveReport } = await import("../live-report.js");
      await writeLiveReport(options.html, options);
    });
  return withExamples(withConnection(command), "lambda-memory-optimizer report --html fleet.html");
}
