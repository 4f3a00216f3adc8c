import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { SettingError, type Settings } from "../runtime/settings";
import { arnParts } from "./arn";
import { ArtefactBucket } from "./artefact-bucket";
import { checkLogRetention, type RoleArgs, type VpcArgs } from "./common";
import { applicationConfiguration } from "./flink-configuration";
import { JAR_KEY_PREFIX, roleStatements } from "./flink-permissions";
import { ServiceRole } from "./service-role";
import type { EncryptionArgs, FlinkConfig, LoggingArgs } from "./settings-args";
import { transformed, type Transform } from "./transform";

export interface FlinkApplicationTransform {
  readonly bucket?: Transform<aws.s3.BucketArgs> | undefined;
  readonly jar?: Transform<aws.s3.BucketObjectv2Args> | undefined;
  readonly role?: Transform<aws.iam.RoleArgs> | undefined;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs> | undefined;
  readonly application?: Transform<aws.kinesisanalyticsv2.ApplicationArgs> | undefined;
}

export interface FlinkApplicationArgs extends RoleArgs, LoggingArgs, EncryptionArgs, FlinkConfig {
  readonly settings: Settings;
  readonly telemetryStreamArn: pulumi.Input<string>;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** ARN of the streams' KMS key, where it is not the one that AWS manages. */
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** Path of the application's jar. */
  readonly flinkJar: string;
  /** Name of a bucket of your own for the jar; default: one is made. */
  readonly artefactBucketName?: pulumi.Input<string> | undefined;
  /** Default: no VPC. */
  readonly vpc?: VpcArgs | undefined;
  readonly transform?: FlinkApplicationTransform | undefined;
}

/** Refuses what the application can't be, in one sentence. */
export function checkFlink(args: FlinkConfig): void {
  checkArguments("flink", args);
  const { parallelism = DEFAULTS.flinkParallelism, parallelismPerKPU = DEFAULTS.flinkParallelismPerKPU } =
    args;
  if (parallelismPerKPU > parallelism) {
    throw new SettingError(
      `flink.parallelismPerKPU is ${parallelismPerKPU}; it must be at most flink.parallelism, which is ${parallelism}.`,
    );
  }
}

/** The Flink SQL job as a Managed Service for Apache Flink application, with its jar, role and log. */
export class FlinkApplication extends pulumi.ComponentResource {
  readonly applicationName: pulumi.Output<string>;
  readonly applicationArn: pulumi.Output<string>;
  readonly nodes: {
    /** Undefined where a bucket was brought. */
    readonly bucket: aws.s3.Bucket | undefined;
    readonly jar: aws.s3.BucketObjectv2;
    readonly role: aws.iam.Role;
    readonly logGroup: aws.cloudwatch.LogGroup;
    readonly application: aws.kinesisanalyticsv2.Application;
  };

  constructor(name: string, args: FlinkApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    checkFlink(args);
    checkLogRetention(args.logRetentionDays);
    super("lambda-memory-optimizer:index:FlinkApplication", name, {}, opts);
    const { region, tags, permissionsBoundary, transform } = args;
    const child = { parent: this };

    const bucket = args.artefactBucketName === undefined ? createBucket() : undefined;
    const jar = createJar();
    const logGroup = createLogGroup();
    const logStream = createLogStream();
    const bucketArn = bucket?.bucketArn ?? broughtBucketArn();
    const [applicationName, resolveApplicationName] = pulumi.deferredOutput<string>();
    const role = createRole();
    const application = createApplication();

    this.applicationName = application.name;
    this.applicationArn = application.arn;
    this.nodes = { bucket: bucket?.nodes.bucket, jar, role: role.nodes.role, logGroup, application };
    this.registerOutputs({ applicationName: this.applicationName, applicationArn: this.applicationArn });

    function createBucket() {
      return new ArtefactBucket(
        `${name}-artefacts`,
        { region, tags, transform: { bucket: transform?.bucket } },
        child,
      );
    }

    function broughtBucketArn() {
      return pulumi.interpolate`arn:${arnParts(logGroup.arn).partition}:s3:::${args.artefactBucketName}`;
    }

    /** The key holds the content's hash: the service sees new code by a new key alone. */
    function createJar() {
      const hash = createHash("sha256").update(readFileSync(args.flinkJar)).digest("hex");
      return new aws.s3.BucketObjectv2(
        ...transformed(
          transform?.jar,
          `${name}-jar`,
          {
            bucket: bucket?.bucketName ?? args.artefactBucketName ?? "",
            key: `${JAR_KEY_PREFIX}${hash.slice(0, 32)}.jar`,
            source: new pulumi.asset.FileAsset(args.flinkJar),
            contentType: "application/java-archive",
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

    function createLogStream() {
      return new aws.cloudwatch.LogStream(
        `${name}-log-stream`,
        { logGroupName: logGroup.name, name: "application", region },
        child,
      );
    }

    function createRole() {
      return new ServiceRole(
        `${name}-role`,
        {
          service: "kinesisanalytics.amazonaws.com",
          source: applicationSource(),
          description:
            "lambda-memory-optimizer: the Flink application reads telemetry and writes recommendations",
          statements: roleStatements(args, {
            bucket: bucketArn,
            logGroup: logGroup.arn,
            logStream: logStream.arn,
          }),
          permissionsBoundary,
          tags,
          transform: transform?.role,
        },
        child,
      );
    }

    /** The role comes before the application, whose name it holds: either the transform's or a pattern for Pulumi's. */
    function applicationSource() {
      const { partition, region, accountId } = arnParts(logGroup.arn);
      const arn = pulumi.interpolate`arn:${partition}:kinesisanalytics:${region}:${accountId}:application/${applicationName}`;
      return { accountId, arn };
    }

    function createApplication() {
      const codeLocation = { bucketArn, fileKey: jar.key };
      const applicationArgs = transformed<aws.kinesisanalyticsv2.ApplicationArgs>(
        transform?.application,
        name,
        {
          runtimeEnvironment: "FLINK-2_2",
          serviceExecutionRole: role.arn,
          startApplication: true,
          applicationConfiguration: applicationConfiguration(args, codeLocation),
          cloudwatchLoggingOptions: { logStreamArn: logStream.arn },
          region,
          tags,
        },
        {
          ...child,
          // Without its rights the application would start, fail to read its code or its stream, and stay so.
          dependsOn: [role],
          customTimeouts: { create: "30m", update: "30m", delete: "30m" },
        },
      );
      resolveApplicationName(pulumi.output(applicationArgs[1].name).apply((given) => given ?? `*${name}*`));
      return new aws.kinesisanalyticsv2.Application(...applicationArgs);
    }
  }
}
