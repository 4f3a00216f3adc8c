/** `cost`: what a deployment costs per month. It makes no AWS calls. */
import { Command, InvalidArgumentError, Option } from "commander";
import { plainTable } from "../../local/plain-table";
import { costOf, type CostQuestion } from "../../runtime/cost";
import { PRICES_OF } from "../../runtime/pricing";
import { withExamples } from "../options";
import { dollars } from "../text";

interface CostOptions extends Omit<CostQuestion, "by"> {
  readonly by: "layer" | "logs";
  readonly json?: boolean;
}

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

export function costCommand(): Command {
  const command = new Command("cost")
    .description("calculate what running the optimizer costs per month (docs/cost.md)")
    .requiredOption("--functions <number>", "number of functions that report", amount)
    .requiredOption("--invocations <number>", "total invocations per month, for example 100M", amount)
    .addOption(new Option("--by <way>", "how they report").choices(["layer", "logs"]).default("layer"))
    .addOption(
      new Option("--flink <when>", "when the Flink application runs")
        .choices(["always", "daily"])
        .default("always"),
    )
    .option(
      "--sandboxes <number>",
      "warm sandboxes at any time, all functions together (default: estimated)",
      amount,
    )
    .option("--json", "as JSON")
    .action((options: CostOptions) => {
      const { json, ...question } = options;
      const cost = costOf(question);
      if (json) {
        console.log(JSON.stringify({ ...question, ...cost, pricesOf: PRICES_OF }, undefined, 2));
        return;
      }
      const events = costOf({ ...question, by: "events", flink: "always" });
      const rows = cost.parts.map(({ part, calculation, dollars: value }) => [
        part,
        calculation,
        dollars(value),
      ]);
      for (const line of plainTable(
        ["part", "calculation", "$ a month"],
        [...rows, ["total", "", dollars(cost.dollars)]],
        "llr",
      )) {
        console.log(line);
      }
      console.log(
        `\nA record for every platform event of every invocation would cost $${dollars(events.dollars)}. List prices of us-east-1 of ${PRICES_OF}, a month of 730 hours, without the free tier.`,
      );
    });
  return withExamples(
    command,
    "lambda-memory-optimizer cost --functions 1000 --invocations 100M",
    "lambda-memory-optimizer cost --functions 1000 --invocations 100M --by logs --flink daily",
  );
}

/** `1500`, `1.5k`, `100M`. */
function amount(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?)([kMG]?)$/.exec(text) ?? [];
  const factor = FACTORS[unit];
  if (digits !== "" && factor !== undefined) return Number(digits) * factor;
  throw new InvalidArgumentError(
    `"${text}" isn't an amount; it must be a number such as 1500, 1.5k or 100M.`,
  );
}
