/** `status`: the fleet in a table, as JSON or as CSV. */
import { Option, type Command } from "commander";
import { connectedCommand, withExamples, type ConnectionOptions } from "../options";

interface StatusOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function statusCommand(): Command {
  const command = connectedCommand(
    "status",
    "list every function with its size, its last change and why, its hold and its saving",
  )
    .addOption(new Option("--json", "as JSON").conflicts("csv"))
    .option("--csv", "as CSV")
    .action(async (options: StatusOptions) => {
      const { Fleet } = await import("../fleet.js");
      const { functionState } = await import("../saving.js");
      const { csvOf, jsonOf, statusTable } = await import("../status-table.js");
      const fleet = await Fleet.open(options);
      const nowMs = Date.now();
      const states = (await fleet.histories())
        .map((history) => functionState(history, fleet.aws.region, nowMs))
        .sort(
          (a, b) =>
            (b.saved?.dollars ?? 0) - (a.saved?.dollars ?? 0) || (a.functionName < b.functionName ? -1 : 1),
        );
      console.log(options.json ? jsonOf(states) : options.csv ? csvOf(states) : statusTable(states));
    });
  return withExamples(
    command,
    "lambda-memory-optimizer status",
    "lambda-memory-optimizer status --csv > fleet.csv",
  );
}
