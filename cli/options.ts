/** Options that several commands share. */
import { Command, Option } from "commander";
import { WHOLE_FUNCTION_NAME } from "../runtime/function-arns";
import { Failure } from "./failure";

/** Names the parts of a deployment. The program finds those that aren't given. */
export interface ConnectionOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly historyTable?: string;
  readonly updater?: string;
}

/** The options of a command that changes something. */
export interface ChangeOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** A command that calls AWS. */
export function connectedCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--region <region>", "the region of the deployment (default: the AWS CLI's)")
    .option("--profile <profile>", "the profile of the AWS CLI's configuration")
    .addOption(
      new Option(
        "--history-table <name>",
        "the stack's output historyTableName (default: found by its name)",
      ).env("LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE"),
    )
    .addOption(
      new Option(
        "--updater <name>",
        "the stack's output updaterFunctionName (default: found by its environment)",
      ).env("LAMBDA_MEMORY_OPTIMIZER_UPDATER"),
    );
}

/** A command that changes something. */
export function changingCommand(name: string, description: string): Command {
  return connectedCommand(name, description)
    .option("--dry-run", "only show the plan")
    .option("-y, --yes", "don't ask for confirmation");
}

/** Adds examples to a command's `--help`. The tests run them. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}\n`).join("")}`);
}

/** The given names, or undefined for `--all`. Exactly one of the two must be given. */
export function namesOrAll(
  functionNames: readonly string[],
  all: boolean | undefined,
): readonly string[] | undefined {
  if (functionNames.length > 0 === (all === true)) {
    throw new Failure("Name functions, or use --all, but not both.", 2);
  }
  for (const functionName of functionNames) functionNameFrom(functionName);
  return all === true ? undefined : [...new Set(functionNames)];
}

/** @throws Failure if the text can't be a function name. */
export function functionNameFrom(text: string): string {
  if (WHOLE_FUNCTION_NAME.test(text)) return text;
  throw new Failure(
    `"${text}" isn't a function name; it must be up to 64 letters, digits, - and _, not an ARN.`,
    2,
  );
}
