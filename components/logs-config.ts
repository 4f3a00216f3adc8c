/** Checks how functions join by their logs. */
import { DEPLOYMENT } from "../runtime/config-table";
import { checkArguments } from "../runtime/deployment";
import { parseValue } from "../runtime/parse-value";
import { SettingError, SETTINGS, type Settings } from "../runtime/settings";
import type { LogsConfig } from "./settings-args";

/** The most bytes of an account policy's selection criteria ("PutAccountPolicy", CloudWatch Logs API Reference). */
const MAX_CRITERIA_BYTES = 25_600;
/** Leaves room for the optimizer's own log groups, whose names have at most 512 characters. */
const MAX_EXCEPT_BYTES = MAX_CRITERIA_BYTES - 5 * 520;

const { logGroups, accountLogsExcept, logGroupFunctions } = DEPLOYMENT;

/** Whether there is a logs stream. */
export function hasLogs({ enabled, groups = [], account, streamArn }: LogsConfig): boolean {
  return enabled === true || account === true || groups.length > 0 || streamArn !== undefined;
}

/**
 * Whether the updater applies recommendations from logs. A policy for the whole account covers functions whose owners
 * never asked for it, so `allowedFunctionArns` must name these before they are changed.
 */
export function logsEnrolment(
  args: LogsConfig,
  { allowedFunctionArns }: Pick<Settings, "allowedFunctionArns">,
): "apply" | "recommend" | undefined {
  if (!hasLogs(args)) return undefined;
  const namesNone = allowedFunctionArns === SETTINGS.allowedFunctionArns.default;
  return args.account === true && namesNone ? "recommend" : "apply";
}

/** Rejects invalid arguments in one sentence. */
export function checkLogs(args: LogsConfig): void {
  checkArguments("logs", args);
  // checkArguments passes objects, because others may be Inputs.
  for (const { argument, type } of [logGroups, accountLogsExcept, logGroupFunctions]) {
    const value = args[argument.slice("logs.".length) as keyof LogsConfig];
    if (value !== undefined) parseValue<unknown>(argument, type, value);
  }
  if (args.account === true && args.groups && args.groups.length > 0) {
    throw new SettingError(
      "logs.groups names log groups; it must be left out if logs.account is true, or these groups' lines come twice.",
    );
  }
  if (args.account !== true && args.exceptGroups && args.exceptGroups.length > 0) {
    throw new SettingError(
      "logs.exceptGroups names log groups; it must be left out unless logs.account is true.",
    );
  }
  if (args.streamArn !== undefined && args.shards !== undefined) {
    throw new SettingError(
      `logs.shards is ${args.shards}; it must be left out if logs.streamArn brings a stream.`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(args.exceptGroups ?? []));
  if (bytes > MAX_EXCEPT_BYTES) {
    throw new SettingError(
      `logs.exceptGroups has ${bytes} bytes as JSON; it must have at most ${MAX_EXCEPT_BYTES}, as CloudWatch Logs allows no more.`,
    );
  }
}
