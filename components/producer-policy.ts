/** What a function's role needs to put telemetry on the stream. */
import type * as pulumi from "@pulumi/pulumi";
import { allow, useKey, writeStream } from "./policy";

export function producerPolicy(
  telemetryStreamArn: pulumi.Input<string>,
  streamsKmsKeyArn: pulumi.Input<string> | undefined,
): pulumi.Output<string> {
  return allow([
    writeStream("WriteTelemetry", telemetryStreamArn, ["kinesis:PutRecords"]),
    ...useKey("UseStreamKey", streamsKmsKeyArn, ["kms:GenerateDataKey"]),
  ]);
}
