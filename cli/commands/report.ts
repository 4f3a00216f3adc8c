/** `report`: the page of the one-machine run, from the live history table. */
import { Command } from "commander";
import { withConnection, withExamples, type ConnectionOptions } from "../options";

export function reportCommand(): Command {
  const command = new Command("report")
    .description("one page to look at: sizes, savings and durations of the whole fleet")
    .requiredOption("--html <file>", "where it goes; a file that is there is overwritten")
    .action(async (options: ConnectionOptions & { readonly html: string }) => {
      const { writeLiveReport } = await import("../live-report.js");
      await writeLiveReport(options.html, options);
    });
  return withExamples(withConnection(command), "lambda-memory-optimizer report --html fleet.html");
}
