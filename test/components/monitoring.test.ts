/** The dashboard, the alarms and the saved queries: the resources and documents that they name exist. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { LambdaMemoryOptimizer, Monitoring, type LambdaMemoryOptimizerArgs } from "../../components";
import { monitoringDollarsPerMonth } from "../../runtime/pricing";
import { alarmMetrics, dashboardMetrics, type AlarmInputs } from "../support/monitored-metrics";
import { deploy, placeholderArtefacts, type Resources } from "./mock-engine";

const ROOT = path.join(__dirname, "../..");
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition";
const ALARMS = [
  "checkpoints-failing",
  "dead-letters",
  "job-down",
  "job-restarting",
  "out-of-memory",
  "recommendations-behind",
  "take-backs",
  "telemetry-behind",
  "updater-errors",
];

const artefacts = placeholderArtefacts();

async function resourcesOf(args: LambdaMemoryOptimizerArgs = {}): Promise<Resources> {
  return (await deploy(() => new LambdaMemoryOptimizer("optimizer", { artefacts, ...args }).outputs))
    .resources;
}

function alarm(resources: Resources, end: string): AlarmInputs {
  return resources.one(ALARM, `optimizer-monitoring-${end}`).inputs as unknown as AlarmInputs;
}

/** The resource names in the dimensions of the alarms and the dashboard. */
function namesIn(resources: Resources): string[] {
  const metrics = [...alarmMetrics(resources), ...dashboardMetrics(resources)];
  return [...new Set(metrics.flatMap(({ dimensions }) => Object.values(dimensions)))].sort();
}

describe("Monitoring", () => {
  it("exists by default, with alarms that have generated names", async () => {
    const resources = await resourcesOf();
    assert.deepEqual(
      resources
        .ofType(ALARM)
        .map(({ name }) => name.replace("optimizer-monitoring-", ""))
        .sort(),
      ALARMS,
    );
    // Pulumi adds a random suffix to a name that isn't given, so no two stacks share one.
    for (const { inputs } of resources.ofType(ALARM)) assert.equal(inputs.name, undefined);
    assert.equal(resources.one(DASHBOARD).inputs.dashboardName, "optimizer-monitoring-stack-eu-central-1");
    const queries = resources.ofType(QUERY).map(({ inputs }) => inputs.name);
    assert.deepEqual(queries, [
      "optimizer-monitoring-stack/changes of the last week",
      "optimizer-monitoring-stack/why is this function skipped",
      "optimizer-monitoring-stack/biggest savers",
      "optimizer-monitoring-stack/slowed functions",
    ]);
  });

  it("is left out on demand", async () => {
    const resources = await resourcesOf({ monitoring: false });
    for (const type of [ALARM, DASHBOARD, QUERY]) assert.deepEqual(resources.ofType(type), []);
  });

  it("watches the created resources, and nothing else", async () => {
    assert.deepEqual(namesIn(await resourcesOf()), [
      "lambda-memory-optimizer",
      "optimizer-flink-1a2b3c4",
      "optimizer-streams-recommendations-1a2b3c4",
      "optimizer-streams-telemetry-1a2b3c4",
      "optimizer-updater-1a2b3c4",
      "optimizer-updater-dead-letters-1a2b3c4",
    ]);
  });

  it("watches brought resources by their names", async () => {
    const resources = await resourcesOf({
      streams: {
        telemetryArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/their-telemetry",
        recommendationsArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/their-recommendations",
      },
      logs: { streamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/their-logs" },
      updater: {
        deadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:their-queue",
        logGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:their-log",
      },
    });
    assert.deepEqual(namesIn(resources), [
      "lambda-memory-optimizer",
      "optimizer-flink-1a2b3c4",
      "optimizer-updater-1a2b3c4",
      "their-logs",
      "their-queue",
      "their-recommendations",
      "their-telemetry",
    ]);
    assert.deepEqual(alarm(resources, "logs-behind").dimensions, { StreamName: "their-logs" });
    for (const { inputs } of resources.ofType(QUERY)) assert.deepEqual(inputs.logGroupNames, ["their-log"]);
  });

  it("says in each alarm what to do, and where docs/operations.md says how", async () => {
    const [, runbook = ""] = fs
      .readFileSync(path.join(ROOT, "docs/operations.md"), "utf8")
      .split("\n## Runbook\n");
    const sections = [...runbook.matchAll(/^### (.*)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replaceAll(" ", "-"),
    );
    for (const { name, inputs } of (await resourcesOf({ logs: { enabled: true } })).ofType(ALARM)) {
      const description = String(inputs.alarmDescription);
      const [, section = ""] =
        /\. [A-Z].*\. docs\/operations\.md#([a-z-]+) says how\.$/.exec(description) ?? [];
      assert.ok(sections.includes(section), `${name}: ${description}`);
      assert.ok(description.length <= 1_024, "the limit of CloudWatch");
    }
  });

  it("notifies the topic when an alarm starts and ends, and notifies nobody by default", async () => {
    const topicArn = "arn:aws:sns:eu-central-1:123456789012:alarms";
    for (const { inputs } of (await resourcesOf({ alarms: { topicArn } })).ofType(ALARM)) {
      assert.deepEqual([inputs.alarmActions, inputs.okActions], [[topicArn], [topicArn]]);
    }
    for (const { inputs } of (await resourcesOf()).ofType(ALARM)) assert.deepEqual(inputs.alarmActions, []);
  });

  it("detects a missing job by its missing metric", async () => {
    const { treatMissingData, evaluationPeriods, period } = alarm(await resourcesOf(), "job-down");
    assert.deepEqual([treatMissingData, evaluationPeriods, period], ["breaching", 3, 300]);
    for (const end of ALARMS.filter((each) => each !== "job-down")) {
      assert.equal(alarm(await resourcesOf(), end).treatMissingData, "notBreaching", end);
    }
  });

  it("allows a scheduled job a day", async () => {
    const { resources } = await deploy(
      () =>
        new Monitoring("monitoring", {
          telemetryStreamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
          recommendationsStreamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/recommendations",
          flinkApplicationName: "flink",
          updaterFunctionName: "updater",
          updaterLogGroupName: "updater-logs",
          deadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:dead-letters",
          behind: "2h",
          alwaysRunning: false,
        }).dashboardName,
    );
    const of = (end: string) => resources.one(ALARM, `monitoring-${end}`).inputs as unknown as AlarmInputs;
    const down = of("job-down");
    assert.equal(down.treatMissingData, "breaching");
    assert.ok(down.evaluationPeriods * down.period! > 86_400);
    assert.equal(of("telemetry-behind").threshold, 26 * 3_600_000);
    assert.equal(of("recommendations-behind").threshold, 2 * 3_600_000);
  });

  it("keeps to CloudWatch's limits on the length of an alarm's periods", async () => {
    // "PutMetricAlarm": a day in total, or seven days if a period is an hour or more.
    for (const { name, inputs } of (await resourcesOf()).ofType(ALARM)) {
      const { evaluationPeriods, period, metricQueries = [] } = inputs as unknown as AlarmInputs;
      const periods = metricQueries.flatMap(({ metric }) => metric?.period ?? []);
      const longest = Math.max(period ?? 0, ...periods);
      assert.ok(longest > 0, name);
      assert.ok(evaluationPeriods * longest <= (longest < 3_600 ? 1 : 7) * 86_400, name);
    }
  });

  it("can be changed child by child", async () => {
    const resources = await resourcesOf({
      transform: {
        monitoring: {
          dashboard: { dashboardName: "mine" },
          alarm: (args, _opts, name) => {
            if (name.endsWith("-job-down")) args.evaluationPeriods = 6;
          },
          query: { logGroupNames: ["another"] },
        },
      },
    });
    assert.equal(resources.one(DASHBOARD).inputs.dashboardName, "mine");
    assert.equal(alarm(resources, "job-down").evaluationPeriods, 6);
    assert.equal(alarm(resources, "job-restarting").evaluationPeriods, 3);
    for (const { inputs } of resources.ofType(QUERY)) assert.deepEqual(inputs.logGroupNames, ["another"]);
  });

  it("has a dashboard without gaps or overlaps", async () => {
    const { widgets } = JSON.parse(String((await resourcesOf()).one(DASHBOARD).inputs.dashboardBody)) as {
      widgets: { x: number; y: number; width: number; height: number }[];
    };
    const cells = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          assert.ok(!cells.has(`${column},${row}`), `two widgets at ${column},${row}`);
          cells.add(`${column},${row}`);
        }
      }
    }
    assert.equal(cells.size, 24 * Math.max(...widgets.map(({ y, height }) => y + height)));
  });

  it("costs as much as the documents say", async () => {
    const counted = alarmMetrics(await resourcesOf()).length;
    const dollars = monitoringDollarsPerMonth(counted);
    const text = fs.readFileSync(path.join(ROOT, "docs/deploying.md"), "utf8");
    const [, metrics, cost] =
      /\| dashboard and alarms +\| 1 dashboard × \$3 \+ (\d+) metrics × \$0\.10 +\| ([\d.]+) +\|/.exec(
        text,
      ) ?? [];
    assert.deepEqual([metrics, cost], [String(counted), dollars.toFixed(2)]);
  });
});
