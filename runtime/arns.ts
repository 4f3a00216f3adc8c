/** The grammars of the ARNs that the system reads. Each is a regular expression for JavaScript and Java. */

/**
 * A Kinesis data stream's ARN ("StreamARN" in the Kinesis API reference); its groups are partition, region, account
 * and the stream's name.
 */
export const KINESIS_STREAM_ARN =
  "arn:(aws[a-z-]*):kinesis:([a-z0-9-]+):([0-9]{12}):stream/([a-zA-Z0-9_.-]{1,128})";

/** What the ARNs of all functions of an account and region start with; its groups are partition, region, account. */
export const FUNCTION_ARN_PREFIX = "arn:(aws[a-z-]*):lambda:([a-z0-9-]+):([0-9]{12}):function:";

/**
 * A Lambda function's unqualified ARN ("FunctionArn" in the Lambda API reference); its groups are partition, region,
 * account and the function's name.
 */
export const FUNCTION_ARN = `${FUNCTION_ARN_PREFIX}([a-zA-Z0-9_-]{1,64})`;

/** The ARNs of several functions as IAM takes them: `*` and `?` may stand for any text in each part. */
export const FUNCTION_ARN_PATTERN = "arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+";

/** The parts of a Kinesis data stream's ARN, or undefined where the text is none. */
export function parseStreamArn(
  arn: string,
): { partition: string; region: string; accountId: string; streamName: string } | undefined {
  const [, partition, region, accountId, streamName] = new RegExp(`^${KINESIS_STREAM_ARN}$`).exec(arn) ?? [];
  if (!partition || !region || !accountId || !streamName) return undefined;
  return { partition, region, accountId, streamName };
}
