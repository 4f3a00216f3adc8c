/** How the updater runs, and which functions it may change. */
import type * as pulumi from "@pulumi/pulumi";
import { SettingError, type Settings } from "../runtime/settings";
import { checkArn } from "./arn";
import { checkOneOf, checkWholeNumber } from "./common";
import { checkFunctionArns } from "./updater-permissions";

export const UPDATER_LOG_LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** A tag that a function must carry. */
export interface FunctionTag {
  readonly key: string;
  readonly value: string;
}

/** How the updater runs, and which functions it may change. */
export interface UpdaterConfig {
  /** The updater's own memory in MB, 128 to 10,240; default 256. */
  readonly memoryMB?: number | undefined;
  /** Seconds that it may take for one batch, 1 to 900; default 300. */
  readonly timeoutSeconds?: number | undefined;
  /** Default INFO, which holds one line per decision. */
  readonly logLevel?: (typeof UPDATER_LOG_LEVELS)[number] | undefined;
  /** A tag that a function must carry besides to be changed; default: none. */
  readonly functionTag?: FunctionTag | undefined;
  /**
   * Whether AWS refuses to delete the history table, without which no change can be taken back; default true. Before
   * `pulumi destroy`, set it to false and run `pulumi up`.
   */
  readonly historyDeletionProtection?: boolean | undefined;
  /** ARN of an SQS queue of your own for records that can't be processed; default: one is made. */
  readonly deadLetterQueueArn?: pulumi.Input<string> | undefined;
}

/** Refuses what the updater can't be, in one sentence. */
export function checkUpdater(args: UpdaterConfig, settings: Settings): void {
  checkFunctionArns(settings.allowedFunctionArns);
  checkWholeNumber("updater.memoryMB", args.memoryMB, 128, 10_240);
  checkWholeNumber("updater.timeoutSeconds", args.timeoutSeconds, 1, 900);
  checkOneOf("updater.logLevel", args.logLevel, UPDATER_LOG_LEVELS);
  checkArn("updater.deadLetterQueueArn", args.deadLetterQueueArn, "sqs");
  if (args.functionTag && (args.functionTag.key === "" || args.functionTag.value === "")) {
    throw new SettingError("updater.functionTag has an empty key or value; it must have both.");
  }
}
