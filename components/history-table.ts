/** The table with the updater's changes to each function. Without it, no change could be taken back. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { transformed } from "./transform";
import type { UpdaterArgs } from "./updater-config";

/** @param updater the table's parent. */
export function createHistoryTable(
  name: string,
  { historyDeletionProtection, kmsKeyArn, region, tags, transform }: UpdaterArgs,
  updater: pulumi.Resource,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    ...transformed<aws.dynamodb.TableArgs>(
      transform?.historyTable,
      name,
      {
        hashKey: "functionName",
        attributes: [{ name: "functionName", type: "S" }],
        billingMode: "PAY_PER_REQUEST",
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: historyDeletionProtection ?? DEFAULTS.updaterHistoryDeletionProtection,
        ...(kmsKeyArn !== undefined && { serverSideEncryption: { enabled: true, kmsKeyArn } }),
        region,
        tags,
      },
      { parent: updater },
    ),
  );
}
