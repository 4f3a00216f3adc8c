/** Reads Amazon Resource Names, from which the components take partition, region and account. */
import * as pulumi from "@pulumi/pulumi";
import { SettingError } from "../runtime/settings";

/** The parts of `arn:partition:service:region:account-id:resource` ("Amazon Resource Names (ARNs)"). */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/**
 * An ARN's parts.
 *
 * @param arn such as `arn:aws-cn:kinesis:cn-north-1:123456789012:stream/telemetry`.
 * @throws SettingError if the text is not an ARN.
 */
export function parseArn(arn: string): ArnParts {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/.exec(arn);
  if (!match) throw new SettingError(`${JSON.stringify(arn)} is not an ARN.`);
  const [, partition = "", service = "", region = "", accountId = "", resource = ""] = match;
  return { partition, service, region, accountId, resource };
}

/** The parts of an ARN that may not be known yet. */
export function arnParts(arn: pulumi.Input<string>): pulumi.Output<ArnParts> {
  return pulumi.output(arn).apply(parseArn);
}

/** The name at the end of an ARN: `telemetry` in `…:stream/telemetry` and in `…:table/telemetry`. */
export function nameInArn(
  arn: pulumi.Input<string>,
  kind: "stream/" | "table/" | "log-group:",
): pulumi.Output<string> {
  return arnParts(arn).resource.apply((resource) =>
    resource.slice(resource.indexOf(kind) + kind.length).replace(/:\*$/, ""),
  );
}

/** The URL of an SQS queue ("Amazon SQS queue and message identifiers"). AWS in China has its own domain. */
export function queueUrl(arn: string): string {
  const { partition, region, accountId, resource } = parseArn(arn);
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${domain}/${accountId}/${resource}`;
}
