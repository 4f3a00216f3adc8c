import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { PRESSURE_FILTER_PATTERN } from "../runtime/memory-pressure";
import { updaterEnvironment } from "../runtime/parts";
import { batchSize } from "../runtime/updater/batch-size";
import { withoutVersion } from "../runtime/updater/deployment";
import { environmentVariable } from "../runtime/updater/environment";
import { nameInArn, queueUrl } from "./arn";
import { bringOrMake } from "./bring-your-own";
import { checkLogRetention } from "./common";
import { createDeadLetterQueue } from "./dead-letter-queue";
import { createDeferredSchedule } from "./deferred-schedule";
import { createHistoryTable } from "./history-table";
import { bringOrMakeLogGroup } from "./log-group";
import type { ScheduleNodes } from "./schedule";
import { ServiceRole } from "./service-role";
import { transformed } from "./transform";
import { checkUpdater, type UpdaterArgs } from "./updater-config";
import { updaterStatements } from "./updater-permissions";

/** The function that reads recommendations and changes memory, with its role, log, and dead-letter queue. */
export class Updater extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  /** URL and ARN of the queue for records that the updater gives up. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** The DynamoDB table that remembers every change, by function. */
  readonly historyTableName: pulumi.Output<string>;
  readonly nodes: {
    readonly function: aws.lambda.Function;
    /** Undefined if the user brings a role; the same goes for the next three. */
    readonly role: aws.iam.Role | undefined;
    readonly logGroup: aws.cloudwatch.LogGroup | undefined;
    readonly deadLetterQueue: aws.sqs.Queue | undefined;
    readonly historyTable: aws.dynamodb.Table | undefined;
    readonly eventSourceMapping: aws.lambda.EventSourceMapping;
    /** Undefined unless the updater reads the telemetry stream. */
    readonly pressureMapping: aws.lambda.EventSourceMapping | undefined;
    /** Undefined without a change window. */
    readonly deferredSchedule: ScheduleNodes | undefined;
  };

  constructor(name: string, args: UpdaterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkUpdater(args, args.settings);
    checkLogRetention(args.logRetentionDays);
    super("lambda-memory-optimizer:index:Updater", name, {}, opts);
    const { region, tags, permissionsBoundary, transform } = args;
    const child = { parent: this };
    const telemetryArn = args.readsTelemetry ? args.telemetryStreamArn : undefined;

    const deadLetterQueue = bringOrMake(args.deadLetterQueueArn, () =>
      createDeadLetterQueue(`${name}-dead-letters`, args, this),
    );
    const deadLetterQueueUrl = deadLetterQueue.made?.url ?? deadLetterQueue.arn.apply(queueUrl);
    const historyTable = bringOrMake(args.historyTableArn, () =>
      createHistoryTable(`${name}-history`, args, this),
    );
    const historyTableName = historyTable.made?.name ?? nameInArn(historyTable.arn, "table/");
    const logGroup = bringOrMakeLogGroup(`${name}-logs`, args, transform?.logGroup, this);
    const role = bringOrMake(args.roleArn, createRole);
    const fn = createFunction();
    const eventSourceMapping = createEventSourceMapping();
    const pressureMapping = createPressureMapping();
    const deferredSchedule =
      args.settings.changeWindow === ""
        ? undefined
        : createDeferredSchedule(`${name}-deferred`, args, fn.arn, this);

    this.functionName = fn.name;
    this.functionArn = fn.arn;
    this.deadLetterQueueArn = deadLetterQueue.arn;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
    this.historyTableName = historyTableName;
    this.nodes = {
      function: fn,
      role: role.made?.nodes.role,
      logGroup: logGroup.made,
      deadLetterQueue: deadLetterQueue.made,
      historyTable: historyTable.made,
      eventSourceMapping,
      pressureMapping,
      deferredSchedule,
    };
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
      historyTableName: this.historyTableName,
    });

    function createRole() {
      return new ServiceRole(
        `${name}-role`,
        {
          service: "lambda.amazonaws.com",
          description:
            "lambda-memory-optimizer: the updater reads recommendations and changes functions' memory",
          statements: updaterStatements(
            { ...args, telemetryArn },
            {
              logGroup: logGroup.arn,
              deadLetterQueue: deadLetterQueue.arn,
              historyTable: historyTable.arn,
            },
          ),
          permissionsBoundary,
          tags,
          transform: { role: transform?.role, policy: transform?.rolePolicy },
        },
        child,
      );
    }

    function createFunction() {
      return new aws.lambda.Function(
        ...transformed(
          transform?.function,
          name,
          {
            description: "Sets the memory that lambda-memory-optimizer recommends",
            runtime: "nodejs22.x",
            architectures: ["arm64"],
            handler: "index.handler",
            code: new pulumi.asset.AssetArchive({
              "index.js": new pulumi.asset.FileAsset(args.updaterBundle),
            }),
            role: role.arn,
            memorySize: args.memoryMB ?? DEFAULTS.updaterMemoryMB,
            timeout: args.timeoutSeconds ?? DEFAULTS.updaterTimeoutSeconds,
            environment: {
              variables: {
                ...updaterEnvironment(args.settings, telemetryArn !== undefined),
                [environmentVariable("historyTable")]: historyTableName,
                [environmentVariable("deadLetterQueueUrl")]: deadLetterQueueUrl,
                ...enrolment(args),
              },
            },
            loggingConfig: {
              logFormat: "JSON",
              applicationLogLevel: args.logLevel ?? DEFAULTS.updaterLogLevel,
              systemLogLevel: "WARN",
              logGroup: logGroup.name,
            },
            ...(args.vpc && { vpcConfig: args.vpc }),
            region,
            tags,
          },
          // Lambda tests the role's permissions on the stream, the queue and the VPC when they are configured.
          { ...child, dependsOn: role.made ?? [] },
        ),
      );
    }

    function createEventSourceMapping() {
      return new aws.lambda.EventSourceMapping(
        ...transformed(
          transform?.eventSourceMapping,
          `${name}-recommendations`,
          {
            ...mapping(),
            eventSourceArn: args.recommendationsStreamArn,
            // A recommendation written before the mapping existed is still valid.
            startingPosition: "TRIM_HORIZON",
            maximumBatchingWindowInSeconds: 5,
          },
          { ...child, dependsOn: role.made ?? [] },
        ),
      );
    }

    /** Delivers only memory pressure. The Flink application handles records from before the mapping was created. */
    function createPressureMapping() {
      if (telemetryArn === undefined) return undefined;
      return new aws.lambda.EventSourceMapping(
        ...transformed(
          transform?.pressureMapping,
          `${name}-pressure`,
          {
            ...mapping(),
            eventSourceArn: telemetryArn,
            startingPosition: "LATEST",
            filterCriteria: { filters: [{ pattern: JSON.stringify(PRESSURE_FILTER_PATTERN) }] },
          },
          { ...child, dependsOn: role.made ?? [] },
        ),
      );
    }

    function mapping() {
      return {
        functionName: fn.arn,
        batchSize: batchSize(args.settings, args.timeoutSeconds ?? DEFAULTS.updaterTimeoutSeconds),
        // A bad record must not cost a good one. The updater gives up on a record after `retryFor`; the limits here
        // apply if the updater can't run.
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: 1_000,
        maximumRecordAgeInSeconds: 24 * 3_600,
        destinationConfig: { onFailure: { destinationArn: deadLetterQueue.arn } },
        region,
        tags,
      };
    }
  }
}

/** How the updater knows that a function has joined. The layer's ARN has no version, because versions come and go. */
function enrolment({
  telemetryStreamArn,
  layerArn,
  functionTag,
  logs,
}: UpdaterArgs): Record<string, pulumi.Input<string>> {
  return {
    ...(telemetryStreamArn !== undefined && {
      [environmentVariable("telemetryStreamArn")]: telemetryStreamArn,
    }),
    ...(layerArn !== undefined && {
      [environmentVariable("layerArns")]: pulumi.output(layerArn).apply(withoutVersion),
    }),
    ...(logs && { [environmentVariable("logs")]: logs }),
    ...(functionTag && {
      [environmentVariable("functionTagKey")]: functionTag.key,
      [environmentVariable("functionTagValue")]: functionTag.value,
    }),
  };
}
