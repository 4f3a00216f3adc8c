/** The alarms: what each watches, when it goes off, and what its description tells the operator. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { MS_PER_DAY } from "../runtime/duration";
import { flinkMetric, functionMetric, queueMetric, streamMetric, updaterMetric } from "./metrics";
import type { Metric, Monitored } from "./metrics";

/** Where docs/operations.md says what to do, by its heading's anchor. */
export type Section = "job-stuck" | "stream-throttled" | "dead-letters" | "updater-errors" | "wrong-size";

export interface Limits {
  /** In milliseconds. */
  readonly behindMs: number;
  /** As a fraction of a week's changes. */
  readonly takeBackShare: number;
  /** Whether the Flink application always runs; if not, it runs at least once a day. */
  readonly alwaysRunning: boolean;
}

type AlarmArgs = aws.cloudwatch.MetricAlarmArgs;
type Name = pulumi.Output<string>;

const MINUTES = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** How long Managed Flink lets a checkpoint take, in milliseconds (Flink's `execution.checkpointing.timeout`). */
const CHECKPOINT_TIMEOUT_MS = 600_000;
/** Fewer changes count as this many, so that a single change that is taken back raises no alarm. */
const FEWEST_CHANGES = 20;

/** Every alarm's arguments, by the end of its name. */
export function alarmsOf(monitored: Monitored<Name>, limits: Limits): Readonly<Record<string, AlarmArgs>> {
  const { telemetryStream, logsStream, flinkApplication, updater, deadLetterQueue } = monitored;
  return {
    "job-down": {
      ...of(flinkMetric(flinkApplication, "lastCheckpointDuration"), "Maximum"),
      ...(limits.alwaysRunning ? during(3, 5 * MINUTES) : during(25, HOUR)),
      ...above(CHECKPOINT_TIMEOUT_MS),
      // Only a running job has the metric.
      treatMissingData: "breaching",
      ...says(
        limits.alwaysRunning
          ? "The Flink job has reported no checkpoint for 15 minutes: it is down, or it never started."
          : "The Flink job has reported no checkpoint for a day: its schedule doesn't start it, or its start fails.",
        "Check the application's status and its log.",
        "job-stuck",
      ),
    },
    "job-restarting": {
      ...rise("restarts", flinkMetric(flinkApplication, "numRestarts"), 5 * MINUTES),
      ...during(3),
      ...says(
        "The Flink job has restarted in each of the last three 5-minute periods: it keeps failing.",
        "Find the exception in the application's log.",
        "job-stuck",
      ),
    },
    "checkpoints-failing": {
      ...rise("failures", flinkMetric(flinkApplication, "numberOfFailedCheckpoints"), 15 * MINUTES),
      ...during(2),
      ...says(
        "The Flink job's checkpoints have failed for half an hour: a restart would repeat all work since the last completed one.",
        "Find the reason in the application's log.",
        "job-stuck",
      ),
    },
    "telemetry-behind": streamBehind("telemetry stream", telemetryStream, limits),
    ...(logsStream && { "logs-behind": streamBehind("logs stream", logsStream, limits) }),
    "recommendations-behind": {
      ...of(functionMetric(updater, "IteratorAge"), "Maximum"),
      ...during(3, 5 * MINUTES),
      ...above(limits.behindMs),
      ...says(
        "The updater is behind on the recommendations stream: sizes are changed late.",
        "Check whether its invocations fail, and whether its calls are throttled.",
        "stream-throttled",
      ),
    },
    "dead-letters": {
      ...of(queueMetric(deadLetterQueue, "ApproximateNumberOfMessagesVisible"), "Maximum"),
      ...during(1, 5 * MINUTES),
      ...above(0),
      ...says(
        "The updater has given up on a record or a batch.",
        "Read the message's reason, fix the cause, and send the record again.",
        "dead-letters",
      ),
    },
    "updater-errors": {
      ...of(functionMetric(updater, "Errors"), "Sum"),
      ...during(1, 15 * MINUTES),
      ...above(0),
      ...says(
        "An invocation of the updater has failed or timed out. Lambda retries its batch.",
        "Read the error in its log.",
        "updater-errors",
      ),
    },
    "take-backs": {
      ...by(
        `takenBack / IF(applied - takenBack > ${FEWEST_CHANGES}, applied - takenBack, ${FEWEST_CHANGES})`,
        {
          takenBack: updaterMetric(updater, "TakenBack"),
          applied: updaterMetric(updater, "Applied"),
        },
      ),
      ...during(1),
      ...above(limits.takeBackShare),
      ...says(
        "More of a week's changes were taken back than alarmTakeBackShare allows: sizes are chosen too small.",
        "Check what got worse, and leave more room.",
        "wrong-size",
      ),
    },
    "out-of-memory": {
      ...by(
        "after - before",
        {
          after: updaterMetric(updater, "OutOfMemoryAfter"),
          before: updaterMetric(updater, "OutOfMemoryBefore"),
        },
        DAY,
      ),
      ...during(1),
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      ...says(
        "Changed functions ran out of memory more often in one day than at the rate from before their changes.",
        "Check which functions they are, and whether each has its old size again.",
        "wrong-size",
      ),
    },
  };
}

/** Watches a stream's slowest reader by Kinesis's own metric. A job that runs on a schedule is up to a day behind. */
function streamBehind(what: string, stream: Name, { behindMs, alwaysRunning }: Limits): AlarmArgs {
  return {
    ...of(streamMetric(stream, "GetRecords.IteratorAgeMilliseconds"), "Maximum"),
    ...during(3, 5 * MINUTES),
    ...above(behindMs + (alwaysRunning ? 0 : MS_PER_DAY)),
    ...says(
      `The Flink job is behind on the ${what}: records that it doesn't read within the stream's retention are lost.`,
      "Check whether the job runs, and whether it has enough KPUs.",
      "stream-throttled",
    ),
  };
}

function of({ namespace, metricName, dimensions }: Metric<Name>, statistic: string): AlarmArgs {
  return { namespace, metricName, dimensions, statistic };
}

/** An expression over metrics, keyed by their ids in it. A week, the default, is the longest that an alarm can evaluate. */
function by(
  expression: string,
  metrics: Readonly<Record<string, Metric<Name>>>,
  period = 7 * DAY,
  stat = "Sum",
): AlarmArgs {
  return {
    metricQueries: [
      { id: "result", expression, returnData: true },
      ...Object.entries(metrics).map(([id, metric]) => ({ id, metric: { ...metric, period, stat } })),
    ],
    ...above(0),
  };
}

/** The rise of a counter in one period. */
function rise(id: string, counter: Metric<Name>, period: number): AlarmArgs {
  return by(`DIFF(${id})`, { [id]: counter }, period, "Maximum");
}

/** The alarm goes off if all of these periods breach the threshold. A period is in seconds. */
function during(evaluationPeriods: number, period?: number): AlarmArgs {
  return { evaluationPeriods, ...(period !== undefined && { period }), treatMissingData: "notBreaching" };
}

function above(threshold: number): AlarmArgs {
  return { threshold, comparisonOperator: "GreaterThanThreshold" };
}

function says(what: string, todo: string, section: Section): AlarmArgs {
  return { alarmDescription: `${what} ${todo} docs/operations.md#${section} says how.` };
}
