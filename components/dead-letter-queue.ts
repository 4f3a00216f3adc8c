/** The queue for records that the updater gives up. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { denyPlainHttp } from "./policy";
import { transformed } from "./transform";
import type { UpdaterArgs } from "./updater-config";

/** @param updater the queue's parent. */
export function createDeadLetterQueue(
  name: string,
  { kmsKeyArn, region, tags, transform }: UpdaterArgs,
  updater: pulumi.Resource,
): aws.sqs.Queue {
  const child = { parent: updater };
  const encryption = kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn };
  const queue = new aws.sqs.Queue(
    ...transformed<aws.sqs.QueueArgs>(
      transform?.deadLetterQueue,
      name,
      { ...encryption, messageRetentionSeconds: 14 * 24 * 3_600, region, tags },
      child,
    ),
  );
  new aws.sqs.QueuePolicy(
    ...transformed<aws.sqs.QueuePolicyArgs>(
      transform?.deadLetterQueuePolicy,
      `${name}-policy`,
      { queueUrl: queue.url, policy: denyPlainHttp("sqs", [queue.arn]), region },
      child,
    ),
  );
  return queue;
}
