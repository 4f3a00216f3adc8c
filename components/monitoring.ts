import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { durationMs } from "../runtime/duration";
import { SettingError } from "../runtime/settings";
import { alarmsOf } from "./alarms";
import { arnParts, nameInArn } from "./arn";
import type { CommonArgs } from "./common";
import { dashboardBody } from "./dashboard";
import { SAVED_QUERIES } from "./saved-queries";
import type { AlarmsConfig, MonitoringConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

/** Changes to the monitoring's children; `alarm` and `query` apply to each alarm and each saved query. */
export interface MonitoringTransform {
  readonly dashboard?: Transform<aws.cloudwatch.DashboardArgs> | undefined;
  readonly alarm?: Transform<aws.cloudwatch.MetricAlarmArgs> | undefined;
  readonly query?: Transform<aws.cloudwatch.QueryDefinitionArgs> | undefined;
}

export interface MonitoringArgs extends CommonArgs, AlarmsConfig {
  readonly telemetryStreamArn: pulumi.Input<string>;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** The stream of functions that join by their logs; default: none. */
  readonly logsStreamArn?: pulumi.Input<string> | undefined;
  readonly flinkApplicationName: pulumi.Input<string>;
  readonly updaterFunctionName: pulumi.Input<string>;
  readonly updaterLogGroupName: pulumi.Input<string>;
  readonly deadLetterQueueArn: pulumi.Input<string>;
  /**
   * Whether the Flink application always runs; default: true. With false, alarms allow it to be stopped for up to a day,
   * and its streams to be that much further behind.
   */
  readonly alwaysRunning?: boolean | undefined;
  readonly transform?: MonitoringTransform | undefined;
}

/** @throws SettingError for a value out of its range, or for a topic without alarms. */
export function checkMonitoring({
  monitoring,
  alarms = {},
}: MonitoringConfig & { readonly alarms?: AlarmsConfig | undefined }): void {
  checkArguments("alarms", alarms);
  if (monitoring === false && alarms.topicArn !== undefined) {
    throw new SettingError("alarms.topicArn names a topic; it must be left out if monitoring is false.");
  }
}

/** Shows operators how the optimizer is doing: a dashboard, alarms, and saved queries of the updater's log. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;
  readonly nodes: {
    readonly dashboard: aws.cloudwatch.Dashboard;
    /** By the end of their names, such as `job-down`. */
    readonly alarms: Readonly<Record<string, aws.cloudwatch.MetricAlarm>>;
    readonly queries: readonly aws.cloudwatch.QueryDefinition[];
  };

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    checkMonitoring({ alarms: args });
    super("lambda-memory-optimizer:index:Monitoring", name, {}, opts);
    const { region, tags, transform, alwaysRunning = true } = args;
    const child = { parent: this };
    // The stack's name keeps several stacks in one account apart.
    const ownName = `${name}-${pulumi.getStack()}`;
    const monitored = {
      telemetryStream: nameInArn(args.telemetryStreamArn, "stream/"),
      recommendationsStream: nameInArn(args.recommendationsStreamArn, "stream/"),
      logsStream: args.logsStreamArn === undefined ? undefined : nameInArn(args.logsStreamArn, "stream/"),
      flinkApplication: pulumi.output(args.flinkApplicationName),
      updater: pulumi.output(args.updaterFunctionName),
      deadLetterQueue: arnParts(args.deadLetterQueueArn).resource,
    };

    const alarms = createAlarms();
    const dashboard = createDashboard();
    const queries = createQueries();

    this.dashboardName = dashboard.dashboardName;
    this.nodes = { dashboard, alarms, queries };
    this.registerOutputs({ dashboardName: this.dashboardName });

    function createAlarms() {
      const limits = {
        behindMs: durationMs(args.behind ?? DEFAULTS.alarmBehind) ?? 0,
        takeBackShare: args.takeBackShare ?? DEFAULTS.alarmTakeBackShare,
        alwaysRunning,
      };
      const actions = args.topicArn === undefined ? [] : [args.topicArn];
      return Object.fromEntries(
        Object.entries(alarmsOf(monitored, limits)).map(([end, alarm]) => [
          end,
          new aws.cloudwatch.MetricAlarm(
            ...transformed(
              transform?.alarm,
              `${name}-${end}`,
              { ...alarm, alarmActions: actions, okActions: actions, region, tags },
              child,
            ),
          ),
        ]),
      );
    }

    function createDashboard() {
      const alarmArns = pulumi.all(Object.values(alarms).map(({ arn }) => arn));
      // Dashboard names are unique per account, across all regions.
      const ownRegion = arnParts(args.telemetryStreamArn).region;
      return new aws.cloudwatch.Dashboard(
        ...transformed(
          transform?.dashboard,
          `${name}-dashboard`,
          {
            dashboardName: pulumi.interpolate`${ownName}-${ownRegion}`,
            dashboardBody: pulumi
              .all([pulumi.output(monitored), ownRegion, alarmArns])
              .apply(([names, ownRegion, arns]) => JSON.stringify(dashboardBody(names, ownRegion, arns))),
            region,
          },
          child,
        ),
      );
    }

    function createQueries() {
      return Object.entries(SAVED_QUERIES).map(
        ([title, text]) =>
          new aws.cloudwatch.QueryDefinition(
            ...transformed(
              transform?.query,
              `${name}-${title.replaceAll(" ", "-")}`,
              {
                // CloudWatch shows the text before the slash as a folder.
                name: `${ownName}/${title}`,
                logGroupNames: [args.updaterLogGroupName],
                queryString: text.trim(),
                region,
              },
              child,
            ),
          ),
      );
    }
  }
}
