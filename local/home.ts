/** A home is one account in one region. As in AWS, each has its own streams, job and updater. */
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./environment";

export interface Home {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The home of functions whose ARNs the input doesn't contain. */
export const LOCAL_HOME: Home = { partition: "aws", region: LOCAL_REGION, accountId: LOCAL_ACCOUNT_ID };

/** The home of the resource with this ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:…`. */
export function homeOf(arn: string): Home {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return { partition, region, accountId };
}

/** A home's unique name, as it is shown to the user. */
export function homeName({ partition, region, accountId }: Home): string {
  return partition === "aws" ? `${accountId} ${region}` : `${accountId} ${region} ${partition}`;
}

export function streamArn({ partition, region, accountId }: Home, streamName: string): string {
  return `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`;
}

/**
 * A stream's name in the embedded Kinesis, which has a single account and region. The streams of other homes than the
 * local one have the home in their names.
 */
export function storedStreamName(arn: string): string {
  const name = arn.slice(arn.indexOf("/") + 1);
  const home = homeOf(arn);
  return homeName(home) === homeName(LOCAL_HOME)
    ? name
    : [home.partition, home.region, home.accountId, name].join(".");
}
