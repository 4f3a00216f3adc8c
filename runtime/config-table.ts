/**
 * Defines every key of the stack config once. Parsing and its error sentences, the program's arguments, what Flink and
 * the updater get, the components' defaults, Pulumi.yaml's config section, the arguments' types, the tables in README
 * and docs, `--help` and the limits that the Flink job checks all follow from this table.
 *
 * To add a key, add an entry here, run `npm run generate`, and write the code that uses the value.
 */
import { CHANGE_WINDOW_ALLOWED, parseChangeWindow } from "./change-window";
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB } from "./contract";
import { FUNCTION_NAME } from "./function-arns";
import { LAYER_DEFAULTS, LAYER_LOG_LEVELS } from "./layer-defaults";
import { LOG_GROUP_NAME } from "./log-groups";
import { parseMinChange } from "./min-change";
import { parseRunSchedule, RUN_SCHEDULE_ALLOWED } from "./run-schedule";
import type { ValueType } from "./value-type";
import * as types from "./value-types";

/**
 * A part of the system that reads settings. `pressure` is the updater if it reads memory pressure from the telemetry stream
 * itself.
 */
export type Part = "flink" | "updater" | "pressure";

interface ConfigKey {
  readonly type: ValueType<unknown>;
  /** Undefined if there is none; Pulumi.yaml then has an empty string, list or object. */
  readonly default: unknown;
  /** A number's unit, if it has one. */
  readonly unit?: string;
  /** What the value means, in whole sentences. Names stand in backticks. The generator adds limits and defaults. */
  readonly description: string;
  /** A value in TypeScript, if the use isn't obvious. */
  readonly example?: string;
  /** The document that says more, from the project's root. */
  readonly document?: string;
}

/** A key that shapes a size or an update; the component's argument has its name. */
export interface Setting extends ConfigKey {
  readonly default: string | number;
  /** Only these parts get it: a new window length must leave the updater alone. */
  readonly readBy: readonly Part[];
}

/** A key that says what is deployed and how. */
export interface DeploymentKey extends ConfigKey {
  /** The component's argument: `flink.logLevel` is `{ flink: { logLevel } }`. */
  readonly argument: string;
}

/** How a size is worked out, and when it is applied. */
export const SETTINGS = {
  windowType: {
    type: types.choice("tumbling", "session", "sliding", "per-function"),
    default: "tumbling",
    readBy: ["flink"],
    description:
      "How a function's telemetry is cut into windows: at the same fixed times for all functions (`tumbling`), at a function's silences (`session`), at fixed times that overlap (`sliding`), or from a function's own first report (`per-function`).",
    document: "docs/windows.md",
  },
  windowLength: {
    type: types.duration(),
    default: "14d",
    readBy: ["flink"],
    description:
      "How much history a size is based on. `session` does not use it. It must be a whole multiple of `bucketLength`, and for `sliding` of `slide`.",
    example: '"7d"',
  },
  bucketLength: {
    type: types.duration(),
    default: "1d",
    readBy: ["flink"],
    description: "The length of a bucket. The highest value of each bucket counts. A dev stack uses minutes.",
  },
  sessionGap: {
    type: types.duration(),
    default: "3d",
    readBy: ["flink"],
    description: "For `session`: a function's window ends after this long without telemetry.",
  },
  slide: {
    type: types.duration(),
    default: "1d",
    readBy: ["flink"],
    description: "For `sliding`: how often a new size is worked out.",
  },
  lateness: {
    type: types.duration("0s"),
    default: "1h",
    readBy: ["flink"],
    description: "How long a window waits for late reports.",
  },
  idleTimeout: {
    type: types.duration(),
    default: "60s",
    readBy: ["flink"],
    description:
      "After this long without a record, a shard of the telemetry stream no longer holds event time back.",
  },
  maxClockSkew: {
    type: types.duration("0s"),
    default: "1h",
    readBy: ["flink", "updater"],
    description:
      "How far a record's time may be ahead of its arrival on the stream. A record further ahead is not used. It must be at most `lateness`.",
  },
  sizing: {
    type: types.choice("average", "average-above-peak", "peak", "percentile"),
    default: "average-above-peak",
    readBy: ["flink"],
    description:
      "How a size follows from the daily peaks: their average plus `bufferMB` (`average`); the same, but at least the highest peak times 1 + `peakMargin` (`average-above-peak`); the highest peak times 1 + `peakMargin` (`peak`); or a percentile of them times 1 + `peakMargin` (`percentile`).",
    document: "docs/sizing.md",
  },
  sizingPercentile: {
    type: types.decimal(0, 100),
    default: 95,
    readBy: ["flink"],
    description: "For `percentile`: which percentile of the daily peaks counts. 95 is p95.",
  },
  bufferMB: {
    type: types.wholeNumber(0, LAMBDA_MAX_MEMORY_MB),
    default: 100,
    unit: "MB",
    readBy: ["flink", "pressure"],
    description: "The memory added to the average of the daily peaks.",
  },
  peakMargin: {
    type: types.fraction(0, 10),
    default: 0.15,
    readBy: ["flink"],
    description: "The fraction added to the highest peak, or to the percentile. 0.15 is 15%.",
  },
  pressureStep: {
    type: types.fraction(0, 10),
    default: 0.25,
    readBy: ["flink", "pressure"],
    description:
      "The fraction of its size that a function at its cap or out of memory gains at once. It gains at least `bufferMB`. 0.25 is 25%.",
  },
  pressureInterval: {
    type: types.duration("0s"),
    default: "60s",
    readBy: ["flink", "pressure"],
    description:
      "For this long after a memory-pressure recommendation, further records of the same function, version and size at its cap are left out. `0s` sends them all.",
  },
  minActiveDays: {
    type: types.wholeNumber(1, 366),
    default: 1,
    unit: "buckets",
    readBy: ["flink"],
    description:
      "How many buckets (days, by default) of a window must have telemetry before a size is recommended.",
  },
  minInvocations: {
    type: types.wholeNumber(1, 1_000_000_000),
    default: 1,
    readBy: ["flink"],
    description: "How many invocations a window must have before a size is recommended.",
  },
  minMemoryMB: {
    type: types.wholeNumber(LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB),
    default: LAMBDA_MIN_MEMORY_MB,
    unit: "MB",
    readBy: ["flink", "updater"],
    description:
      "The smallest size that is ever set. It must be at most `maxMemoryMB`. A function's tag `memory-optimizer:min` raises it.",
  },
  maxMemoryMB: {
    type: types.wholeNumber(LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB),
    default: LAMBDA_MAX_MEMORY_MB,
    unit: "MB",
    readBy: ["flink", "updater"],
    description: "The largest size that is ever set. A function's tag `memory-optimizer:max` lowers it.",
  },
  updateMode: {
    type: types.choice("apply", "recommend"),
    default: "apply",
    readBy: ["updater"],
    description: "`apply` changes functions. `recommend` only says what it would change.",
    document: "docs/operations.md",
  },
  allowedFunctionArns: {
    type: types.text(
      "Lambda function ARNs, separated by commas, in which * stands for any text and ? for one character",
      (value) => /^[A-Za-z0-9:_*?-]+(,[A-Za-z0-9:_*?-]+)*$/.test(value),
    ),
    default: "*",
    readBy: ["updater"],
    description: "Which functions may be changed, as patterns of their unqualified ARNs.",
    example: '"arn:aws:lambda:*:*:function:orders-*,arn:aws:lambda:*:*:function:billing-*"',
  },
  excludedFunctionArns: {
    type: types.text("Lambda function ARNs as in allowedFunctionArns, or empty for none", (value) =>
      /^([A-Za-z0-9:_*?-]+(,[A-Za-z0-9:_*?-]+)*)?$/.test(value),
    ),
    default: "",
    readBy: ["updater"],
    description:
      "Which functions are never read or changed, even if `allowedFunctionArns` matches them, as patterns of their unqualified ARNs.",
    example: '"arn:aws:lambda:*:*:function:orders-checkout"',
    document: "docs/iam.md",
  },
  changeWindow: {
    type: types.text(CHANGE_WINDOW_ALLOWED, (value) => parseChangeWindow(value) !== undefined),
    default: "",
    readBy: ["updater"],
    description:
      "When functions may be made smaller. Changes down wait until then. Changes up are made at any time.",
    example: '"Mon-Fri 09:00-17:00 Europe/Berlin"',
    document: "docs/operations.md",
  },
  minChange: {
    type: types.text(
      "megabytes (32MB), a percentage of the live size (5%), or both (32MB,5%), and then the larger counts",
      (value) => parseMinChange(value) !== undefined,
    ),
    default: "32MB,5%",
    readBy: ["updater"],
    description: "Changes smaller than this are not made.",
  },
  maxStepDown: {
    type: types.fraction(0.01, 1),
    default: 0.5,
    readBy: ["updater"],
    description: "The largest fraction of the live size that one change takes away. 0.5 is 50%.",
  },
  maxStepUp: {
    type: types.fraction(0.01, 100),
    default: 1,
    readBy: ["updater"],
    description:
      "The largest fraction of the live size that one change adds. 1 is 100%, which doubles the size.",
  },
  pressureStepsPerDay: {
    type: types.wholeNumber(1, 1_000),
    default: 6,
    unit: "changes",
    readBy: ["updater"],
    description: "How often memory pressure may change one function on one UTC day.",
  },
  cooldown: {
    type: types.duration("0s"),
    default: "24h",
    readBy: ["updater"],
    description: "For this long after a change, a function's memory is not lowered again.",
  },
  regressionLimit: {
    type: types.fraction(0, 10),
    default: 0.1,
    readBy: ["updater"],
    description:
      "The fraction by which a function's billed GB-seconds per invocation may grow after a change down. If they grow more, or if a sandbox runs out of memory, the change is taken back. 0.1 is 10%.",
  },
  maxSlowdown: {
    type: types.fractionOrOff(0, 100),
    default: 0.25,
    readBy: ["updater"],
    description:
      "The fraction by which an invocation may take longer than at the size that the function had before the optimizer first changed it. 0.25 is 25%. `off` looks at memory alone. A function's tag `memory-optimizer:max-slowdown` overrides it.",
    document: "docs/sizing.md",
  },
  minSaving: {
    type: types.fraction(0, 1),
    default: 0.05,
    readBy: ["updater"],
    description:
      "The fraction of an invocation's cost that a change down must save, unless `maxSlowdown` is `off`. 0.05 is 5%.",
    document: "docs/sizing.md",
  },
  speedUpCost: {
    type: types.fraction(0, 10),
    default: 0,
    readBy: ["updater"],
    description:
      "The fraction by which an invocation's cost may grow so that it takes at least 20% less time. 0 never raises the memory for speed.",
    document: "docs/sizing.md",
  },
  updatesPerSecond: {
    type: types.decimal(0.1, 100),
    default: 2,
    unit: "calls a second",
    readBy: ["updater"],
    description:
      "The highest rate of control-plane calls other than GetFunction. All users of an account share 15 such calls a second.",
  },
  readsPerSecond: {
    type: types.decimal(0.1, 100),
    default: 20,
    unit: "calls a second",
    readBy: ["updater"],
    description: "The highest rate of GetFunction calls. All users of an account share 100 calls a second.",
  },
  aliasName: {
    type: types.text(
      "an alias's name (letters, digits, - and _), or empty for none",
      (value) => value === "" || /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/.test(value),
    ),
    default: "",
    readBy: ["updater"],
    description:
      "The alias that traffic goes through, if functions are published: the updater publishes a new version and moves the alias to it.",
    example: '"live"',
  },
  retryFor: {
    type: types.duration(),
    default: "1h",
    readBy: ["updater"],
    description:
      "How long a recommendation that can't be settled is retried before it goes to the dead-letter queue.",
  },
} as const satisfies Record<string, Setting>;

/** What is deployed. */
export const DEPLOYMENT = {
  updaterFunctionTag: {
    argument: "updater.functionTag",
    type: types.tag(),
    default: undefined,
    description: "A tag that a function must also carry to be changed.",
    example: '{ key: "memory-optimizer", value: "on" }',
  },
  streamsMode: {
    argument: "streams.mode",
    type: types.choice("PROVISIONED", "ON_DEMAND"),
    default: "PROVISIONED",
    description: "The telemetry stream's capacity mode. The recommendations stream is always one shard.",
  },
  streamsShards: {
    argument: "streams.shards",
    type: types.wholeNumber(1, 20_000),
    default: 1,
    description:
      "How many shards the telemetry stream has. Each takes 1,000 records a second. `ON_DEMAND` ignores it.",
  },
  streamsRetentionHours: {
    argument: "streams.retentionHours",
    type: types.wholeNumber(24, 8_760),
    default: 24,
    unit: "hours",
    description:
      "How long both streams, and the logs stream, keep a record. With `flinkSchedule`, the streams that the application reads must keep it for at least 48 hours, and for a day longer than the longest time between two runs. If it isn't set, the component chooses such a value.",
    document: "docs/windows.md",
  },
  streamsKmsKeyArn: {
    argument: "streams.kmsKeyArn",
    type: types.arnOf("kms"),
    default: undefined,
    description: "The KMS key of both streams. Without one, the key that AWS manages for Kinesis is used.",
  },
  streamsTelemetryArn: {
    argument: "streams.telemetryArn",
    type: types.streamArn(),
    default: undefined,
    description: "A stream of your own to use for telemetry. Without one, a stream is created.",
  },
  streamsRecommendationsArn: {
    argument: "streams.recommendationsArn",
    type: types.streamArn(),
    default: undefined,
    description: "A stream of your own to use for recommendations. Without one, a stream is created.",
  },
  logsEnabled: {
    argument: "logs.enabled",
    type: types.flag(),
    default: false,
    description:
      "Whether functions of any runtime can join by their logs, through a logs stream and without a redeployment. `logGroups`, `accountLogs` and `logsStreamArn` imply it.",
    document: "docs/joining.md",
  },
  logGroups: {
    argument: "logs.groups",
    type: types.knownTexts("names of log groups", LOG_GROUP_NAME),
    default: undefined,
    description: "The log groups of functions that join by their logs. Each must exist.",
    example: '["/aws/lambda/orders"]',
  },
  accountLogs: {
    argument: "logs.account",
    type: types.flag(),
    default: false,
    description:
      "Whether all functions of the account and region join by their logs. With `allowedFunctionArns` at `*`, recommendations for them are only published and logged.",
    document: "docs/joining.md",
  },
  accountLogsExcept: {
    argument: "logs.exceptGroups",
    type: types.knownTexts("names of log groups", LOG_GROUP_NAME),
    default: undefined,
    description:
      "For `accountLogs`: log groups to leave out. The optimizer's own log groups are always left out.",
    example: '["/aws/lambda/orders"]',
  },
  logGroupFunctions: {
    argument: "logs.groupFunctions",
    type: types.knownTextsByText(
      "names of log groups and of their functions, of at most 2,000 characters in all",
      LOG_GROUP_NAME,
      FUNCTION_NAME,
      2_000,
    ),
    default: undefined,
    description:
      "Function names by log group, for groups whose function is named neither by the group (`/aws/lambda/orders`) nor by its log streams.",
    example: '{ "/team/orders": "orders" }',
  },
  logsStreamArn: {
    argument: "logs.streamArn",
    type: types.streamArn(),
    default: undefined,
    description:
      "A logs stream of your own, to which nothing but CloudWatch Logs may write. Without one, a stream is created if functions join by their logs.",
  },
  logsStreamShards: {
    argument: "logs.shards",
    type: types.wholeNumber(1, 20_000),
    default: 1,
    description: "The logs stream's shards, each good for 1 MB of compressed log lines a second.",
  },
  logsRoleArn: {
    argument: "logs.roleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "A role of your own that lets CloudWatch Logs write to the logs stream. It gets no permissions from here. Without one, a role is created.",
    document: "docs/iam.md",
  },
  artefactBucketName: {
    argument: "artefactBucketName",
    type: types.anyTextInput("a bucket's name"),
    default: undefined,
    description: "A bucket of your own for the Flink application's jar. Without one, a bucket is created.",
  },
  updaterDeadLetterQueueArn: {
    argument: "updater.deadLetterQueueArn",
    type: types.arnOf("sqs"),
    default: undefined,
    description:
      "An SQS queue of your own for records that can't be processed. Without one, a queue is created.",
  },
  updaterHistoryTableArn: {
    argument: "updater.historyTableArn",
    type: types.arnOf("dynamodb"),
    default: undefined,
    description:
      "A DynamoDB table of your own for the history, with the partition key `functionName`, a string. Without one, a table is created.",
  },
  updaterLogGroupArn: {
    argument: "updater.logGroupArn",
    type: types.arnOf("logs"),
    default: undefined,
    description: "A log group of your own for the updater. Without one, a log group is created.",
  },
  updaterRoleArn: {
    argument: "updater.roleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "A role of your own for the updater; no permissions are added to it. Without one, a role is created.",
    document: "docs/iam.md",
  },
  updaterScheduleRoleArn: {
    argument: "updater.scheduleRoleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "For `changeWindow`: a role of your own for the schedule that invokes the updater; no permissions are added to it. Without one, a role is created.",
    document: "docs/iam.md",
  },
  updaterHistoryDeletionProtection: {
    argument: "updater.historyDeletionProtection",
    type: types.flag(),
    default: true,
    description:
      "Whether AWS refuses to delete the history table that the component creates. Without the history, no change can be taken back. Before `pulumi destroy`, set it to false and run `pulumi up`.",
  },
  kmsKeyArn: {
    argument: "kmsKeyArn",
    type: types.arnOf("kms"),
    default: undefined,
    description:
      "The KMS key of the log groups, the history table and the dead-letter queue that the component creates. Without one, keys that AWS manages are used. CloudWatch Logs must be allowed to use it.",
    document: "docs/deploying.md",
  },
  heartbeatInterval: {
    argument: "heartbeatInterval",
    type: types.wholeMinutes(),
    default: "5m",
    description: "How often a heartbeat advances event time, which matters while no function reports.",
  },
  heartbeatRoleArn: {
    argument: "heartbeatRoleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "A role of your own for the heartbeat's schedule; no permissions are added to it. Without one, a role is created.",
    document: "docs/iam.md",
  },
  layerFlushInterval: {
    argument: "layer.flushInterval",
    type: types.duration(),
    default: LAYER_DEFAULTS.flushInterval,
    description: "The longest time that a busy sandbox holds reports back, in functions that join.",
  },
  layerLogLevel: {
    argument: "layer.logLevel",
    type: types.choice(...LAYER_LOG_LEVELS),
    default: LAYER_DEFAULTS.logLevel,
    description: "The layer's log level.",
  },
  flinkParallelism: {
    argument: "flink.parallelism",
    type: types.wholeNumber(1, 64),
    default: 1,
    description:
      "How many tasks the Flink application runs in parallel. More tasks than the telemetry stream has shards don't help.",
  },
  flinkParallelismPerKPU: {
    argument: "flink.parallelismPerKPU",
    type: types.wholeNumber(1, 8),
    default: 1,
    description: "Tasks per KPU (1 vCPU and 4 GB). It must be at most `flinkParallelism`.",
  },
  flinkAutoScaling: {
    argument: "flink.autoScaling",
    type: types.flag(),
    default: false,
    description: "Whether the service changes the parallelism with the load. Each change restarts the job.",
  },
  flinkLogLevel: {
    argument: "flink.logLevel",
    type: types.choice("DEBUG", "INFO", "WARN", "ERROR"),
    default: "WARN",
    description: "The Flink application's log level.",
  },
  flinkMetricsLevel: {
    argument: "flink.metricsLevel",
    type: types.choice("APPLICATION", "TASK", "OPERATOR", "PARALLELISM"),
    default: "APPLICATION",
    description:
      "How detailed the Flink application's metrics are. More detailed levels cost more in CloudWatch.",
  },
  flinkSnapshots: {
    argument: "flink.snapshots",
    type: types.flag(),
    default: true,
    description: "Whether a snapshot is taken before a restart or an update.",
  },
  flinkRestoreFrom: {
    argument: "flink.restoreFrom",
    type: types.choice("snapshot", "nothing"),
    default: "snapshot",
    description:
      "What an update starts from: the latest `snapshot`, which keeps open windows, or `nothing`. Set `nothing` together with a change that must not see old state, and set `snapshot` again with the next change.",
  },
  flinkSchedule: {
    argument: "flink.schedule",
    type: types.text(
      RUN_SCHEDULE_ALLOWED,
      (value) => value === "always" || parseRunSchedule(value) !== undefined,
    ),
    default: "always",
    description:
      "When the Flink application runs: `always`, `daily` at 02:15 UTC, or at the times of a cron expression of EventBridge Scheduler. Memory pressure that the layer reports doesn't wait for a run.",
    example: '"cron(15 2,14 ? * MON-FRI *)"',
    document: "docs/windows.md",
  },
  flinkRunMinutes: {
    argument: "flink.runMinutes",
    type: types.wholeNumber(10, 1_430),
    default: 30,
    unit: "minutes",
    description:
      "With `flinkSchedule`: how long a run lasts, from its start to its stop. AWS bills at least 10 minutes. It must be long enough to catch up.",
  },
  flinkRecordsPerSecond: {
    argument: "flink.recordsPerSecond",
    type: types.decimal(0.01, 1_000_000),
    default: 20,
    unit: "records a second",
    description:
      "With `flinkSchedule`: how many records reach the telemetry stream on average. The preview uses it to check `flinkRunMinutes`. A sandbox that is always busy sends one record per `layerFlushInterval`.",
  },
  flinkScheduleRoleArn: {
    argument: "flink.scheduleRoleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "A role of your own for the schedules that start and stop the Flink application; no permissions are added to it. Without one, a role is created.",
    document: "docs/iam.md",
  },
  flinkLogGroupArn: {
    argument: "flink.logGroupArn",
    type: types.arnOf("logs"),
    default: undefined,
    description: "A log group of your own for the Flink application. Without one, a log group is created.",
  },
  flinkRoleArn: {
    argument: "flink.roleArn",
    type: types.arnOf("iam"),
    default: undefined,
    description:
      "A role of your own for the Flink application; no permissions are added to it. Without one, a role is created.",
    document: "docs/iam.md",
  },
  updaterMemoryMB: {
    argument: "updater.memoryMB",
    type: types.wholeNumber(LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB),
    default: 256,
    unit: "MB",
    description: "The updater's own memory.",
  },
  updaterTimeoutSeconds: {
    argument: "updater.timeoutSeconds",
    type: types.wholeNumber(1, 900),
    default: 300,
    unit: "seconds",
    description: "How long the updater may take for one batch.",
  },
  updaterLogLevel: {
    argument: "updater.logLevel",
    type: types.choice("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
    default: "INFO",
    description: "The updater's log level. `INFO` writes one line per decision.",
  },
  logRetentionDays: {
    argument: "logRetentionDays",
    // "PutRetentionPolicy" in CloudWatch Logs' API reference.
    type: types.oneOfNumbers([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]),
    default: 30,
    unit: "days",
    description: "How long logs are kept.",
  },
  monitoring: {
    argument: "monitoring",
    type: types.flag(),
    default: true,
    description: "Whether to create a CloudWatch dashboard, alarms and saved queries.",
    document: "docs/operations.md",
  },
  alarmTopicArn: {
    argument: "alarms.topicArn",
    type: types.arnOf("sns"),
    default: undefined,
    description: "An SNS topic that the alarms notify. Without one, alarms appear only in CloudWatch.",
  },
  alarmBehind: {
    argument: "alarms.behind",
    type: types.duration(),
    default: "1h",
    description: "How far a reader of a stream may be behind the newest record before an alarm goes off.",
  },
  alarmTakeBackShare: {
    argument: "alarms.takeBackShare",
    type: types.fraction(0, 1),
    default: 0.05,
    description:
      "The fraction of a week's changes that may be taken back before an alarm goes off. 0.05 is 5%. Fewer than 20 changes count as 20.",
  },
  permissionsBoundary: {
    argument: "permissionsBoundary",
    type: types.arnOf("iam"),
    default: undefined,
    description: "The policy that bounds every role.",
  },
  vpcSubnetIds: {
    argument: "vpc.subnetIds",
    type: types.texts(),
    default: undefined,
    description: "Subnets for the Flink application and the updater. Without any, they run in no VPC.",
    example: '["subnet-0a1b2c3d"]',
  },
  vpcSecurityGroupIds: {
    argument: "vpc.securityGroupIds",
    type: types.texts(),
    default: undefined,
    description: "Security groups for the Flink application and the updater, if they run in a VPC.",
  },
  tags: {
    argument: "tags",
    type: types.tags(),
    default: undefined,
    description: "Tags on everything that takes tags.",
    example: '{ team: "platform" }',
  },
} as const satisfies Record<string, DeploymentKey>;

export const CONFIG = { ...SETTINGS, ...DEPLOYMENT };
