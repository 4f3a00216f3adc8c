/** The grammars of the ARNs that the system reads. Each is a regular expression for JavaScript and Java. */

/**
 * A Kinesis data stream's ARN ("StreamARN" in the Kinesis API reference); its groups are partition, region, account
 * and the stream's name.
 */
export const KINESIS_STREAM_ARN =
  "arn:(aws[a-z-]*):kinesis:([a-z0-9-]+):([0-9]{12}):stream/([a-zA-Z0-9_.-]{1,128})";

/** The parts of a Kinesis data stream's ARN, or undefined if the text isn't one. */
export function parseStreamArn(
  arn: string,
): { partition: string; region: string; accountId: string; streamName: string } | undefined {
  const [, partition = "", region = "", accountId = "", streamName = ""] =
    new RegExp(`^${KINESIS_STREAM_ARN}$`).exec(arn) ?? [];
  return partition ? { partition, region, accountId, streamName } : undefined;
}
