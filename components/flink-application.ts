import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { arnParts } from "./arn";
import { ArtefactBucket } from "./artefact-bucket";
import { bringOrMake } from "./bring-your-own";
import { checkLogRetention } from "./common";
import { checkFlink, type FlinkApplicationArgs } from "./flink-config";
import { applicationConfiguration } from "./flink-configuration";
import { JAR_KEY_PREFIX, roleStatements } from "./flink-permissions";
import { FlinkSchedule } from "./flink-schedule";
import { runsOf } from "./flink-schedule-config";
import { bringOrMakeLogGroup } from "./log-group";
import { ServiceRole } from "./service-role";
import { transformed } from "./transform";

/** The Flink SQL job as a Managed Service for Apache Flink application, with its jar, role, log and schedule. */
export class FlinkApplication extends pulumi.ComponentResource {
  readonly applicationName: pulumi.Output<string>;
  readonly applicationArn: pulumi.Output<string>;
  /** The log group that the application writes to. */
  readonly logGroupName: pulumi.Output<string>;
  readonly nodes: {
    /** Undefined if the user brings a bucket; the same goes for the role and the log group. */
    readonly bucket: aws.s3.Bucket | undefined;
    readonly jar: aws.s3.BucketObjectv2;
    readonly role: aws.iam.Role | undefined;
    readonly logGroup: aws.cloudwatch.LogGroup | undefined;
    readonly application: aws.kinesisanalyticsv2.Application;
    /** Undefined if the application always runs. */
    readonly schedule: FlinkSchedule | undefined;
  };

  constructor(name: string, args: FlinkApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    checkFlink(args);
    checkLogRetention(args.logRetentionDays);
    const runs = runsOf(args);
    super("lambda-memory-optimizer:index:FlinkApplication", name, {}, opts);
    const { region, tags, permissionsBoundary, transform } = args;
    const child = { parent: this };

    const bucket = bringOrMake(broughtBucketArn(), createBucket);
    const jar = createJar();
    const logGroup = bringOrMakeLogGroup(`${name}-logs`, args, transform?.logGroup, this);
    const logStream = createLogStream();
    const [applicationName, resolveApplicationName] = pulumi.deferredOutput<string>();
    const role = bringOrMake(args.roleArn, createRole);
    const application = createApplication();
    const schedule = createSchedule();

    this.applicationName = application.name;
    this.applicationArn = application.arn;
    // The region in which it is deployed: a transform may have chosen another.
    this.logGroupName = pulumi
      .all([application.cloudwatchLoggingOptions, logGroup.name])
      .apply(([options, name]) => /:log-group:([^:]+)/.exec(options?.logStreamArn ?? "")?.[1] ?? name);
    this.nodes = {
      bucket: bucket.made?.nodes.bucket,
      jar,
      role: role.made?.nodes.role,
      logGroup: logGroup.made,
      application,
      schedule,
    };
    this.registerOutputs({ applicationName: this.applicationName, applicationArn: this.applicationArn });

    function createBucket() {
      return new ArtefactBucket(`${name}-artefacts`, { region, tags, transform }, child);
    }

    function broughtBucketArn() {
      if (args.artefactBucketName === undefined) return undefined;
      const { partition } = arnParts(args.telemetryStreamArn);
      return pulumi.interpolate`arn:${partition}:s3:::${args.artefactBucketName}`;
    }

    /** The key contains the content's hash, because the service notices new code only by a new key. */
    function createJar() {
      const hash = createHash("sha256").update(readFileSync(args.flinkJar)).digest("hex");
      return new aws.s3.BucketObjectv2(
        ...transformed(
          transform?.jar,
          `${name}-jar`,
          {
            bucket: bucket.made?.bucketName ?? args.artefactBucketName ?? "",
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

    function createLogStream() {
      return new aws.cloudwatch.LogStream(
        ...transformed<aws.cloudwatch.LogStreamArgs>(
          transform?.logStream,
          `${name}-log-stream`,
          { logGroupName: logGroup.name, name: "application", region },
          child,
        ),
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
            bucket: bucket.arn,
            logGroup: logGroup.arn,
            logStream: logStream.arn,
          }),
          permissionsBoundary,
          tags,
          transform: { role: transform?.role, policy: transform?.rolePolicy },
        },
        child,
      );
    }

    /**
     * The role is created before the application, but contains its name: either the transform's, or a pattern for
     * Pulumi's.
     */
    function applicationSource() {
      const { partition, region, accountId } = arnParts(logGroup.arn);
      const arn = pulumi.interpolate`arn:${partition}:kinesisanalytics:${region}:${accountId}:application/${applicationName}`;
      return { accountId, arn };
    }

    function createApplication() {
      const codeLocation = { bucketArn: bucket.arn, fileKey: jar.key };
      const applicationArgs = transformed<aws.kinesisanalyticsv2.ApplicationArgs>(
        transform?.application,
        name,
        {
          runtimeEnvironment: "FLINK-2_2",
          serviceExecutionRole: role.arn,
          // The provider acts only when this value changes, so a run that the schedule starts or stops isn't drift.
          startApplication: runs === undefined,
          applicationConfiguration: applicationConfiguration(args, codeLocation),
          cloudwatchLoggingOptions: { logStreamArn: logStream.arn },
          region,
          tags,
        },
        {
          ...child,
          // Without its permissions the application would start, fail to read its code or its stream, and stay failed.
          dependsOn: role.made ?? [],
          customTimeouts: { create: "30m", update: "30m", delete: "30m" },
        },
      );
      resolveApplicationName(pulumi.output(applicationArgs[1].name).apply((given) => given ?? `*${name}*`));
      return new aws.kinesisanalyticsv2.Application(...applicationArgs);
    }

    function createSchedule() {
      return (
        runs &&
        new FlinkSchedule(
          `${name}-schedule`,
          {
            runs,
            applicationName: application.name,
            applicationArn: application.arn,
            roleArn: args.scheduleRoleArn,
            region,
            tags,
            permissionsBoundary,
            transform: transform?.schedule,
          },
          child,
        )
      );
    }
  }
}
