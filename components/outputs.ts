/** What a deployment gives its users: in TypeScript, in other languages, and as a stack's outputs. */
import type { Parts } from "./args";

/** The outputs of the component that is made of these parts. */
export function outputsOf({ layer, producerPolicy, streams, logsStream, flink, updater, monitoring }: Parts) {
  return {
    layerArn: layer.layerArn,
    producerPolicyArn: producerPolicy.arn,
    telemetryStreamName: streams.telemetryStreamName,
    telemetryStreamArn: streams.telemetryStreamArn,
    recommendationsStreamName: streams.recommendationsStreamName,
    recommendationsStreamArn: streams.recommendationsStreamArn,
    ...(logsStream && { logsStreamArn: logsStream.streamArn, logsRoleArn: logsStream.roleArn }),
    flinkApplicationName: flink.applicationName,
    updaterFunctionName: updater.functionName,
    historyTableName: updater.historyTableName,
    deadLetterQueueUrl: updater.deadLetterQueueUrl,
    ...(monitoring && { dashboardName: monitoring.dashboardName }),
  };
}

export type Outputs = ReturnType<typeof outputsOf>;
