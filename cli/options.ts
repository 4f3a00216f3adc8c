/** The options that commands have in common. */
import { Option, type Command } from "commander";
import { Failure } from "./failure";

/** Where the parts of a deployment are; what isn't given is found. */
export interface ConnectionOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly historyTable?: string;
  readonly updater?: string;
}

/** Of a command that changes something. */
export interface ChangeOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function withConnection(command: Command): Command {
  return command
    .option("--region <region>", "the region of the deployment (default: as the AWS CLI has it)")
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
        "the stack's output updaterFunctionName (default: found by its table)",
      ).env("LAMBDA_MEMORY_OPTIMIZER_UPDATER"),
    );
}

export function withChange(command: Command): Command {
  return command
    .option("--dry-run", "say what would be done, and do nothing")
    .option("-y, --yes", "don't ask");
}

/** Shown at the end of a command's `--help`; tests run it. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}\n`).join("")}`);
}

/** The names that a command is given, or undefined for `--all`: exactly one of the two. */
export function namesOrAll(
  functionNames: readonly string[],
  all: boolean | undefined,
): readonly string[] | undefined {
  if (functionNames.length > 0 === (all === true)) {
    throw new Failure("Name the functions, or say --all; one of the two.", 2);
  }
  for (const functionName of functionNames) functionNameFrom(functionName);
  return all === true ? undefined : [...new Set(functionNames)];
}

/** @throws Failure where it can be no function's name. */
export function functionNameFrom(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new Failure(
    `"${text}" is no function's name; it must be up to 64 letters, digits, - and _, without ARN and version.`,
    2,
  );
}
