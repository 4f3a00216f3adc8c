import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../runtime/deployment";
import { updaterEnvironment } from "../runtime/parts";
import type { Settings } from "../runtime/settings";
import { batchSize } from "../runtime/updater/batch-size";
import { withoutVersion } from "../runtime/updater/deployment";
import { environmentVariable } from "../runtime/updater/environment";
import { queueUrl } from "./arn";
import { denyPlainHttp } from "./policy";
import { checkLogRetention, type RoleArgs, type VpcArgs } from "./common";
import { ServiceRole } from "./service-role";
import type { EncryptionArgs, LoggingArgs, UpdaterConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";
import { checkUpdater } from "./updater-config";
import { updaterStatements } from "./updater-permissions";

export interface UpdaterTransform {
  readonly function?: Transform<aws.lambda.FunctionArgs> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs> | undefined;
  readonly deadLetterQueue?: Transform<aws.sqs.QueueArgs> | undefined;
  readonly historyTable?: Transform<aws.dynamodb.TableArgs> | undefined;
  readonly eventSourceMapping?: Transform<aws.lambda.EventSourceMappingArgs> | undefined;
}

export interface UpdaterArgs extends RoleArgs, LoggingArgs, EncryptionArgs, UpdaterConfig {
  readonly settings: Settings;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** The stream that functions report to; where it isn't told, it is not asked of a function. */
  readonly telemetryStreamArn?: pulumi.Input<string> | undefined;
  /** ARN of our layer, with its version or without; where it isn't told, it is not asked of a function. */
  readonly layerArn?: pulumi.Input<string> | undefined;
  /** ARN of the stream's KMS key, where it is not the one that AWS manages. */
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** Path of the updater's bundle. */
  readonly updaterBundle: string;
  /** Default: no VPC. */
  readonly vpc?: VpcArgs | undefined;
  readonly transform?: UpdaterTransform | undefined;
}

/** The function that reads recommendations and changes memory, with its role, log, and dead-letter queue. */
export class Updater extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  /** URL and ARN of the queue of the batches that were given up. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** The DynamoDB table that remembers what was changed, by function. */
  readonly historyTableName: pulumi.Output<string>;
  readonly nodes: {
    readonly function: aws.lambda.Function;
    readonly role: aws.iam.Role;
    readonly logGroup: aws.cloudwatch.LogGroup;
    /** Undefined where a queue was brought. */
    readonly deadLetterQueue: aws.sqs.Queue | undefined;
    readonly historyTable: aws.dynamodb.Table;
    readonly eventSourceMapping: aws.lambda.EventSourceMapping;
  };

  constructor(name: string, args: UpdaterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkUpdater(args, args.settings);
    checkLogRetention(args.logRetentionDays);
    super("lambda-memory-optimizer:index:Updater", name, {}, opts);
    const { region, tags, permissionsBoundary, transform } = args;
    const child = { parent: this };

    const deadLetterQueue = args.deadLetterQueueArn === undefined ? createDeadLetterQueue() : undefined;
    const deadLetterQueueArn = pulumi.output(deadLetterQueue?.arn ?? args.deadLetterQueueArn ?? "");
    const deadLetterQueueUrl = deadLetterQueue?.url ?? deadLetterQueueArn.apply(queueUrl);
    const historyTable = createHistoryTable();
    const logGroup = createLogGroup();
    const role = createRole();
    const fn = createFunction();
    const eventSourceMapping = createEventSourceMapping();

    this.functionName = fn.name;
    this.functionArn = fn.arn;
    this.deadLetterQueueArn = deadLetterQueueArn;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
    this.historyTableName = historyTable.name;
    this.nodes = {
      function: fn,
      role: role.nodes.role,
      logGroup,
      deadLetterQueue,
      historyTable,
      eventSourceMapping,
    };
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
      historyTableName: this.historyTableName,
    });

    function createDeadLetterQueue() {
      const encryption =
        args.kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: args.kmsKeyArn };
      const queue = new aws.sqs.Queue(
        ...transformed(
          transform?.deadLetterQueue,
          `${name}-dead-letters`,
          { ...encryption, messageRetentionSeconds: 14 * 24 * 3_600, region, tags },
          child,
        ),
      );
      new aws.sqs.QueuePolicy(
        `${name}-dead-letters-policy`,
        { queueUrl: queue.url, policy: denyPlainHttp("sqs", [queue.arn]), region },
        child,
      );
      return queue;
    }

    function createHistoryTable() {
      return new aws.dynamodb.Table(
        ...transformed(
          transform?.historyTable,
          `${name}-history`,
          {
            hashKey: "functionName",
            attributes: [{ name: "functionName", type: "S" }],
            billingMode: "PAY_PER_REQUEST",
            // Without its history the updater couldn't take a change back.
            pointInTimeRecovery: { enabled: true },
            deletionProtectionEnabled:
              args.historyDeletionProtection ?? DEFAULTS.updaterHistoryDeletionProtection,
            ...(args.kmsKeyArn !== undefined && {
              serverSideEncryption: { enabled: true, kmsKeyArn: args.kmsKeyArn },
            }),
            region,
            tags,
          },
          child,
        ),
      );
    }

    function createLogGroup() {
      const retentionInDays = args.logRetentionDays ?? DEFAULTS.logRetentionDays;
      return new aws.cloudwatch.LogGroup(
        ...transformed(
          transform?.logGroup,
          `${name}-logs`,
          { retentionInDays, kmsKeyId: args.kmsKeyArn, region, tags },
          child,
        ),
      );
    }

    function createRole() {
      return new ServiceRole(
        `${name}-role`,
        {
          service: "lambda.amazonaws.com",
          description:
            "lambda-memory-optimizer: the updater reads recommendations and changes functions' memory",
          statements: updaterStatements(args, {
            logGroup: logGroup.arn,
            deadLetterQueue: deadLetterQueueArn,
            historyTable: historyTable.arn,
          }),
          permissionsBoundary,
          tags,
          transform: transform?.role,
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
                ...updaterEnvironment(args.settings),
                [environmentVariable("historyTable")]: historyTable.name,
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
          // Lambda tries the role's rights on the stream, the queue and the VPC when it takes them up.
          { ...child, dependsOn: [role] },
        ),
      );
    }

    function createEventSourceMapping() {
      return new aws.lambda.EventSourceMapping(
        ...transformed(
          transform?.eventSourceMapping,
          `${name}-recommendations`,
          {
            functionName: fn.arn,
            eventSourceArn: args.recommendationsStreamArn,
            // A recommendation written before the mapping was made is still a good one.
            startingPosition: "TRIM_HORIZON",
            batchSize: batchSize(args.settings, args.timeoutSeconds ?? DEFAULTS.updaterTimeoutSeconds),
            maximumBatchingWindowInSeconds: 5,
            // One bad record costs no good one. The updater gives a record up after `retryFor`; the limits here are
            // for an updater that can't run.
            bisectBatchOnFunctionError: true,
            functionResponseTypes: ["ReportBatchItemFailures"],
            maximumRetryAttempts: 1_000,
            maximumRecordAgeInSeconds: 24 * 3_600,
            destinationConfig: { onFailure: { destinationArn: deadLetterQueueArn } },
            region,
            tags,
          },
          { ...child, dependsOn: [role] },
        ),
      );
    }
  }
}

/** By what the updater knows a function that is one of ours; the layer's version is left out, which comes and goes. */
function enrolment({
  telemetryStreamArn,
  layerArn,
  functionTag,
}: UpdaterArgs): Record<string, pulumi.Input<string>> {
  return {
    ...(telemetryStreamArn !== undefined && {
      [environmentVariable("telemetryStreamArn")]: telemetryStreamArn,
    }),
    ...(layerArn !== undefined && {
      [environmentVariable("layerArns")]: pulumi.output(layerArn).apply(withoutVersion),
    }),
    ...(functionTag && {
      [environmentVariable("functionTagKey")]: functionTag.key,
      [environmentVariable("functionTagValue")]: functionTag.value,
    }),
  };
}
