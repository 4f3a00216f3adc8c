/** The dashboard: is it alive, what did it do, what does it save, what went wrong. */
import { UPDATER_METRICS } from "../runtime/metrics";
import { DAY, hidden, line, ofJob, propertiesOf, QUARTER_HOUR, search, type Graph } from "./graph";
import {
  flinkMetric,
  functionMetric,
  queueMetric,
  streamMetric,
  updaterMetric,
  type Monitored,
} from "./metrics";

/** A dashboard is 24 columns wide. */
const COLUMNS = 24;
const GRAPH_HEIGHT = 6;
/** Two windows at the defaults. */
const START = "-P28D";
/** The job's own counters of records that it leaves out. */
const LEFT_OUT = ["invalidRecords", "lateRecords", "refusedRecords", "refusedLines", "recordsTooLarge"];

/**
 * The dashboard's body, as an object.
 *
 * @param region the metrics' region; a dashboard itself has none.
 * @param alarmArns the alarms whose states it shows.
 */
export function dashboardBody(monitored: Monitored<string>, region: string, alarmArns: readonly string[]) {
  const widgets: object[] = [];
  let y = 0;
  addRow(
    [
      {
        type: "alarm",
        properties: { title: "Alarms: docs/operations.md says what to do", alarms: alarmArns },
      },
    ],
    3,
  );
  addSection("Is it alive?", isAlive(monitored));
  addSection("What did it do?", whatItDid(monitored));
  addSection("What does it save?", whatItBrings(monitored));
  addSection("What went wrong?", whatWentWrong(monitored));
  return { start: START, periodOverride: "inherit", widgets };

  function addSection(question: string, graphs: readonly Graph[]): void {
    addRow([{ type: "text", properties: { markdown: `## ${question}`, background: "transparent" } }], 1);
    addRow(
      graphs.map((graph) => ({ type: "metric", properties: propertiesOf(graph, region) })),
      GRAPH_HEIGHT,
    );
  }

  function addRow(row: readonly object[], height: number): void {
    const width = COLUMNS / row.length;
    for (const [i, widget] of row.entries()) widgets.push({ x: i * width, y, width, height, ...widget });
    y += height;
  }
}

function isAlive({ flinkApplication, updater, ...names }: Monitored<string>): Graph[] {
  const streams = streamsOf(names);
  const behind = streams.filter(([label]) => label !== "recommendations");
  return [
    {
      title: "Flink job: restarts and failed checkpoints since it started",
      period: QUARTER_HOUR,
      series: [
        line(flinkMetric(flinkApplication, "numRestarts"), "Maximum", "restarts"),
        line(flinkMetric(flinkApplication, "numberOfFailedCheckpoints"), "Maximum", "failed checkpoints"),
      ],
    },
    {
      title: "Flink job: checkpoints, in ms",
      period: QUARTER_HOUR,
      series: [
        ofJob(["millisSinceCheckpoint"], flinkApplication, "age, ${PROP('Dim.Stream')}"),
        line(flinkMetric(flinkApplication, "lastCheckpointDuration"), "Maximum", "duration of the last one"),
      ],
    },
    {
      title: "Behind the newest record, in ms",
      period: QUARTER_HOUR,
      series: [
        ...behind.map(([label, stream]) =>
          line(streamMetric(stream, "GetRecords.IteratorAgeMilliseconds"), "Maximum", `${label}, by Kinesis`),
        ),
        ofJob(["millisBehindLatest"], flinkApplication, "${PROP('Dim.Stream')}, by the job"),
        line(functionMetric(updater, "IteratorAge"), "Maximum", "recommendations, by the updater"),
      ],
    },
    {
      title: "Records per quarter of an hour, heartbeats included",
      period: QUARTER_HOUR,
      series: streams.map(([label, stream]) => line(streamMetric(stream, "IncomingRecords"), "Sum", label)),
    },
  ];
}

function whatItDid({ updater }: Monitored<string>): Graph[] {
  return [
    {
      title: "Changes per day",
      period: DAY,
      series: [
        line(updaterMetric(updater, "Applied"), "Sum", "applied"),
        line(updaterMetric(updater, "TakenBack"), "Sum", "changes taken back"),
        line(updaterMetric(updater, "Held"), "Sum", "holds started"),
        line(updaterMetric(updater, "Released"), "Sum", "released"),
      ],
    },
    {
      title: "Skipped per day, by reason",
      period: DAY,
      stacked: true,
      series: [
        search(UPDATER_METRICS.namespace, { updater }, ["Skipped"], "Sum", DAY, "${PROP('Dim.reason')}"),
      ],
    },
    {
      title: "Observations per day",
      period: DAY,
      series: [
        line(updaterMetric(updater, "Observations"), "Sum", "observations"),
        line(updaterMetric(updater, "Postponed"), "Sum", "records postponed"),
      ],
    },
  ];
}

function whatItBrings({ updater }: Monitored<string>): Graph[] {
  const saved = hidden(updaterMetric(updater, "DollarsPerMonthSaved"), "saved");
  const soFar = [saved, [{ id: "soFar", expression: "RUNNING_SUM(FILL(saved, 0))", label: "$ per month" }]];
  return [
    {
      title: "Saved per month by the changes shown, in $",
      period: DAY,
      view: "singleValue",
      series: soFar,
    },
    {
      title: "Saved per month by the changes so far, in $",
      period: DAY,
      series: [
        ...soFar,
        line(updaterMetric(updater, "DollarsPerMonthToSave"), "Sum", "in recommend mode, per day"),
      ],
    },
    {
      title: "Duration ÷ duration before the first change",
      period: DAY,
      series: [
        line(updaterMetric(updater, "PredictedSlowdown"), "Average", "predicted"),
        line(updaterMetric(updater, "MeasuredSlowdown"), "Average", "measured"),
        line(updaterMetric(updater, "MeasuredSlowdown"), "p95", "measured, p95"),
      ],
    },
    {
      title: "Out-of-memory invocations of changed functions per day",
      period: DAY,
      series: [
        line(updaterMetric(updater, "OutOfMemoryBefore"), "Sum", "at the rate from before"),
        line(updaterMetric(updater, "OutOfMemoryAfter"), "Sum", "now"),
      ],
    },
  ];
}

function whatWentWrong({ flinkApplication, updater, deadLetterQueue, ...names }: Monitored<string>): Graph[] {
  return [
    {
      title: "Dead letters",
      period: QUARTER_HOUR,
      series: [
        line(queueMetric(deadLetterQueue, "ApproximateNumberOfMessagesVisible"), "Maximum", "in the queue"),
        line(updaterMetric(updater, "DeadLettered"), "Sum", "given up"),
      ],
    },
    {
      title: "Updater: failures",
      period: QUARTER_HOUR,
      series: [
        line(functionMetric(updater, "Errors"), "Sum", "invocations failed"),
        line(functionMetric(updater, "Throttles"), "Sum", "invocations throttled"),
        line(updaterMetric(updater, "Failed"), "Sum", "records to be retried"),
      ],
    },
    {
      title: "Flink job: records left out since it started",
      period: QUARTER_HOUR,
      series: [
        ofJob(LEFT_OUT, flinkApplication, "${PROP('MetricName')}"),
        line(flinkMetric(flinkApplication, "numLateRecordsDropped"), "Maximum", "numLateRecordsDropped"),
      ],
    },
    {
      title: "Throttled calls to the streams",
      period: QUARTER_HOUR,
      series: streamsOf(names).flatMap(([label, stream]) => [
        line(streamMetric(stream, "WriteProvisionedThroughputExceeded"), "Sum", `${label}, writing`),
        line(streamMetric(stream, "ReadProvisionedThroughputExceeded"), "Sum", `${label}, reading`),
      ]),
    },
  ];
}

type StreamNames = Pick<Monitored<string>, "telemetryStream" | "logsStream" | "recommendationsStream">;

function streamsOf({ telemetryStream, logsStream, recommendationsStream }: StreamNames) {
  const streams: [label: string, name: string][] = [["telemetry", telemetryStream]];
  if (logsStream !== undefined) streams.push(["logs", logsStream]);
  return [...streams, ["recommendations", recommendationsStream] as const];
}
