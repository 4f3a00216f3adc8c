/** The metrics that the alarms watch and the dashboard shows, with the names and dimensions that their senders use. */
import { UPDATER_METRICS } from "../runtime/metrics";

/** The names of the monitored resources. */
export interface Monitored<Name> {
  readonly telemetryStream: Name;
  readonly recommendationsStream: Name;
  /** Undefined if no function joins by its logs. */
  readonly logsStream: Name | undefined;
  readonly flinkApplication: Name;
  readonly updater: Name;
  readonly deadLetterQueue: Name;
}

export interface Metric<Name> {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, Name | string>>;
}

export const FLINK_NAMESPACE = "AWS/KinesisAnalytics";

export function flinkMetric<Name>(application: Name, metricName: string): Metric<Name> {
  return { namespace: FLINK_NAMESPACE, metricName, dimensions: { Application: application } };
}

export function streamMetric<Name>(stream: Name, metricName: string): Metric<Name> {
  return { namespace: "AWS/Kinesis", metricName, dimensions: { StreamName: stream } };
}

export function functionMetric<Name>(functionName: Name, metricName: string): Metric<Name> {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: functionName } };
}

export function queueMetric<Name>(queue: Name, metricName: string): Metric<Name> {
  return { namespace: "AWS/SQS", metricName, dimensions: { QueueName: queue } };
}

/** One of the updater's own metrics (runtime/updater/report.ts). */
export function updaterMetric<Name>(updater: Name, metricName: string): Metric<Name> {
  const { namespace, service } = UPDATER_METRICS;
  return { namespace, metricName, dimensions: { service, updater } };
}
