/** Where functions live: one account in one region. Each has its own streams, job and updater, as it would in AWS. */
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./environment";

export interface Home {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The home of functions whose input names none. */
export const LOCAL_HOME: Home = { partition: "aws", region: LOCAL_REGION, accountId: LOCAL_ACCOUNT_ID };

/** The home that an ARN names: `arn:PARTITION:SERVICE:REGION:ACCOUNT:…`. */
export function homeOf(arn: string): Home {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return { partition, region, accountId };
}

/** A text that two homes share only if they are the same; also what a person is shown. */
export function homeName({ partition, region, accountId }: Home): string {
  return partition === "aws" ? `${accountId} ${region}` : `${accountId} ${region} ${partition}`;
}

export function streamArn({ partition, region, accountId }: Home, streamName: string): string {
  return `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`;
}

/**
 * The name by which the embedded Kinesis, which knows one account and region only, keeps a stream: its own in the
 * local home, and one that tells homes apart elsewhere.
 */
export function storedStreamName(arn: string): string {
  const name = arn.slice(arn.indexOf("/") + 1);
  const home = homeOf(arn);
  return homeName(home) === homeName(LOCAL_HOME)
    ? name
    : [home.partition, home.region, home.accountId, name].join(".");
}
