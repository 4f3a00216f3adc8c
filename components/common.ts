/** What several parts take alike, and the checks that refuse impossible values before anything is registered. */
import type * as pulumi from "@pulumi/pulumi";
import { SettingError } from "../runtime/settings";

export type Tags = pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;

/** Arguments of every part. */
export interface CommonArgs {
  /** The AWS region of every regional child; default: the provider's own. */
  readonly region?: pulumi.Input<string | undefined>;
  /** Tags on every child that takes tags. */
  readonly tags?: Tags;
}

/** Arguments of every part that has a role. */
export interface RoleArgs extends CommonArgs {
  /** ARN of the policy that bounds every role; default: none. */
  readonly permissionsBoundary?: pulumi.Input<string | undefined>;
}

/** Arguments of every part that writes logs. */
export interface LoggingArgs {
  /** Days that logs are kept, one of the numbers that CloudWatch allows; default 30. */
  readonly logRetentionDays?: number | undefined;
}

/** Arguments of every part that keeps data at rest. */
export interface EncryptionArgs {
  /**
   * ARN of the KMS key of the log groups, the history table and the dead-letter queue; default: keys that AWS manages.
   * Its key policy must let CloudWatch Logs use it ("Encrypt log data in CloudWatch Logs using AWS KMS").
   */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/**
 * Where the Flink application and the updater run in a VPC. The subnets need a way (a NAT gateway or VPC endpoints) to
 * Kinesis for the Flink application, and to Lambda, DynamoDB and SQS for the updater.
 */
export interface VpcArgs {
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}

export const DEFAULT_LOG_RETENTION_DAYS = 30;

/** "PutRetentionPolicy" in CloudWatch Logs' API reference. */
const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function checkLogRetention(days: number | undefined): void {
  if (days !== undefined && !LOG_RETENTION_DAYS.includes(days)) {
    throw new SettingError(
      `logRetentionDays is ${days}; it must be one of ${LOG_RETENTION_DAYS.join(", ")}.`,
    );
  }
}

export function checkWholeNumber(key: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max)) {
    throw new SettingError(`${key} is ${value}; it must be a whole number from ${min} to ${max}.`);
  }
}

export function checkOneOf(key: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw new SettingError(`${key} is ${JSON.stringify(value)}; it must be one of ${allowed.join(", ")}.`);
  }
}
