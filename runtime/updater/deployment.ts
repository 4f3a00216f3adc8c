/** What the component tells the updater about the rest of the stack, through environment variables. */
import { SettingError } from "../settings";
import { environmentVariable } from "./environment";

/** A tag of a Lambda function. */
export interface FunctionTag {
  readonly key: string;
  readonly value: string;
}

/** How the updater knows that a function has joined. */
export interface Enrolment {
  /** ARNs of layers without their version; empty if none is known. */
  readonly layerArns: readonly string[];
  /** Undefined if it isn't known. */
  readonly telemetryStreamArn: string | undefined;
  /** The tag that a function must carry to be changed; undefined if it needs none. */
  readonly functionTag: FunctionTag | undefined;
  /**
   * Whether recommendations for functions that joined by their logs are applied, or only published and logged.
   * Undefined if there is no logs stream.
   */
  readonly logs?: "apply" | "recommend" | undefined;
}

export interface Deployment {
  readonly historyTable: string;
  /** Undefined if there is no queue. */
  readonly deadLetterQueueUrl: string | undefined;
  readonly enrolment: Enrolment;
}

/** Every function counts as joined: for an updater whose environment says nothing. */
export const NO_ENROLMENT: Enrolment = {
  layerArns: [],
  telemetryStreamArn: undefined,
  functionTag: undefined,
};

/**
 * Reads the variables that have no key of the stack config: `LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE`,
 * `…_DEAD_LETTER_QUEUE_URL`, `…_LAYER_ARNS` (separated by commas, with or without versions),
 * `…_TELEMETRY_STREAM_ARN`, `…_FUNCTION_TAG_KEY`, `…_FUNCTION_TAG_VALUE` and `…_LOGS`.
 *
 * @throws SettingError if the history table isn't named.
 */
export function deploymentFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Deployment {
  const value = (name: string) => {
    const text = environment[environmentVariable(name)];
    return text === "" ? undefined : text;
  };
  const historyTable = value("historyTable");
  if (historyTable === undefined) {
    throw new SettingError(
      `${environmentVariable("historyTable")} is not set; it must name the DynamoDB table that keeps what was changed.`,
    );
  }
  const logs = logsFrom(value("logs"));
  const [tagKey, tagValue] = [value("functionTagKey"), value("functionTagValue")];
  return {
    historyTable,
    deadLetterQueueUrl: value("deadLetterQueueUrl"),
    enrolment: {
      layerArns: (value("layerArns") ?? "").split(",").filter(Boolean).map(withoutVersion),
      telemetryStreamArn: value("telemetryStreamArn"),
      functionTag:
        tagKey === undefined || tagValue === undefined ? undefined : { key: tagKey, value: tagValue },
      ...(logs && { logs }),
    },
  };
}

/** An unknown value means `recommend`. */
function logsFrom(text: string | undefined): Enrolment["logs"] {
  if (text === undefined) return undefined;
  return text === "apply" ? "apply" : "recommend";
}

/** `arn:aws:lambda:eu-west-1:123456789012:layer:name:7` without the `:7`. */
export function withoutVersion(layerArn: string): string {
  return layerArn.replace(/:\d+$/, "");
}
