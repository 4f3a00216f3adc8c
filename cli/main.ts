#!/usr/bin/env node
/** `lambda-memory-optimizer <command>`, the command line program for operators. */
import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { costCommand } from "./commands/cost";
import { excludeCommand } from "./commands/exclude";
import { explainCommand } from "./commands/explain";
import { historyCommand } from "./commands/history";
import { holdCommand } from "./commands/hold";
import { includeCommand } from "./commands/include";
import { releaseCommand } from "./commands/release";
import { reportCommand } from "./commands/report";
import { rollbackCommand } from "./commands/rollback";
import { statusCommand } from "./commands/status";
import { Failure } from "./failure";

// Without this, the SDK warns on every run about the Node.js version that it will need next year.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Ends with exit status 0 for success, 1 for failure, 2 for a wrong command line. */
async function main(): Promise<void> {
  const program = new Command("lambda-memory-optimizer")
    .description("Shows what lambda-memory-optimizer did to your functions and why, and takes it back.")
    .version(version)
    .showSuggestionAfterError();
  for (const command of [
    statusCommand(),
    historyCommand(),
    explainCommand(),
    rollbackCommand(),
    holdCommand(),
    releaseCommand(),
    excludeCommand(),
    includeCommand(),
    reportCommand(),
    costCommand(),
  ]) {
    program.addCommand(command.exitOverride().showHelpAfterError("See --help."));
  }
  program.exitOverride();
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (error instanceof CommanderError) return;
    console.error(error instanceof Failure ? error.message : error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Failure) return error.exitCode;
  // Commander has already printed the message. Requested help isn't an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

// A reader such as `head` closes the pipe early.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
void main();
