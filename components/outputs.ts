/** A deployment's outputs: in TypeScript, in other languages, and as the stack's outputs. */
import type { Parts } from "./args";

/** The outputs of a component with these parts. */
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
