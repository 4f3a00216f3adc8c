/** Creates the component's parts. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../runtime/settings";
import type { LambdaMemoryOptimizerArgs, Parts } from "./args";
import type { Artefacts } from "./artefacts";
import { ExtensionLayer } from "./extension-layer";
import { FlinkApplication } from "./flink-application";
import { Heartbeat } from "./heartbeat";
import { LogSubscriptions } from "./log-subscriptions";
import { hasLogs, logsEnrolment } from "./logs-config";
import { LogsStream } from "./logs-stream";
import { Monitoring } from "./monitoring";
import { producerPolicy } from "./producer-policy";
import { Streams } from "./streams";
import { logGroupOf } from "./subscribe";
import { transformed } from "./transform";
import { Updater } from "./updater";

/** @param parent the component. */
export function createParts(
  name: string,
  args: LambdaMemoryOptimizerArgs,
  { settings, artefacts }: { readonly settings: Settings; readonly artefacts: Artefacts },
  parent: pulumi.Resource,
): Parts {
  const { region, tags, permissionsBoundary, logRetentionDays, kmsKeyArn, vpc, transform } = args;
  const common = { region, tags, permissionsBoundary, logRetentionDays, kmsKeyArn, vpc };
  const streamsKmsKeyArn = args.streams?.kmsKeyArn;
  const child = { parent };

  const layer = createLayer();
  const streams = createStreams();
  const logsStream = createLogsStream();
  const policy = createProducerPolicy();
  const flink = createFlinkApplication();
  const updater = createUpdater();
  const heartbeat = createHeartbeat();
  const logSubscriptions = createLogSubscriptions();
  const monitoring = createMonitoring();
  return {
    layer,
    streams,
    logsStream,
    producerPolicy: policy,
    flink,
    updater,
    heartbeat,
    logSubscriptions,
    monitoring,
  };

  function createLayer() {
    const { layerZip } = artefacts;
    return new ExtensionLayer(
      `${name}-layer`,
      { layerZip, region, transform: { layer: transform?.layer } },
      child,
    );
  }

  function createStreams() {
    return new Streams(
      `${name}-streams`,
      { ...args.streams, region, tags, transform: transform?.streams },
      child,
    );
  }

  function createProducerPolicy() {
    return new aws.iam.Policy(
      ...transformed(
        transform?.producerPolicy,
        `${name}-producer`,
        {
          description: "Lets a function's layer send telemetry to lambda-memory-optimizer",
          policy: producerPolicy(streams.telemetryStreamArn, streamsKmsKeyArn),
          tags,
        },
        child,
      ),
    );
  }

  function createFlinkApplication() {
    return new FlinkApplication(
      `${name}-flink`,
      {
        ...common,
        ...args.flink,
        settings,
        telemetryStreamArn: streams.telemetryStreamArn,
        recommendationsStreamArn: streams.recommendationsStreamArn,
        logsStreamArn: logsStream?.streamArn,
        logGroupFunctions: args.logs?.groupFunctions,
        streamsKmsKeyArn,
        flinkJar: artefacts.flinkJar,
        artefactBucketName: args.artefactBucketName,
        transform: transform?.flink,
      },
      child,
    );
  }

  function createUpdater() {
    return new Updater(
      `${name}-updater`,
      {
        ...common,
        ...args.updater,
        settings,
        recommendationsStreamArn: streams.recommendationsStreamArn,
        telemetryStreamArn: streams.telemetryStreamArn,
        layerArn: layer.layerArn,
        logs: logsEnrolment(args.logs ?? {}, settings),
        streamsKmsKeyArn,
        updaterBundle: artefacts.updaterBundle,
        transform: transform?.updater,
      },
      child,
    );
  }

  function createHeartbeat() {
    return new Heartbeat(
      `${name}-heartbeat`,
      {
        ...common,
        heartbeatInterval: args.heartbeatInterval,
        heartbeatRoleArn: args.heartbeatRoleArn,
        telemetryStreamArn: streams.telemetryStreamArn,
        streamsKmsKeyArn,
        transform: transform?.heartbeat,
      },
      child,
    );
  }

  function createMonitoring() {
    if (args.monitoring === false) return undefined;
    return new Monitoring(
      `${name}-monitoring`,
      {
        ...args.alarms,
        region,
        tags,
        telemetryStreamArn: streams.telemetryStreamArn,
        recommendationsStreamArn: streams.recommendationsStreamArn,
        logsStreamArn: logsStream?.streamArn,
        flinkApplicationName: flink.applicationName,
        updaterFunctionName: updater.functionName,
        updaterLogGroupName: logGroupOf(updater.nodes.function),
        deadLetterQueueArn: updater.deadLetterQueueArn,
        transform: transform?.monitoring,
      },
      child,
    );
  }

  function createLogsStream() {
    if (!hasLogs(args.logs ?? {})) return undefined;
    return new LogsStream(
      `${name}-logs`,
      {
        ...common,
        shards: args.logs?.shards,
        streamArn: args.logs?.streamArn,
        roleArn: args.logs?.roleArn,
        retentionHours: args.streams?.retentionHours,
        kmsKeyArn: streamsKmsKeyArn,
        transform: transform?.logs,
      },
      child,
    );
  }

  function createLogSubscriptions() {
    return (
      logsStream &&
      new LogSubscriptions(
        `${name}-subscriptions`,
        {
          region,
          groups: args.logs?.groups,
          account: args.logs?.account,
          exceptGroups: args.logs?.exceptGroups,
          logsStream,
          ownLogGroups: [flink.logGroupName, logGroupOf(updater.nodes.function)],
          transform: transform?.logs,
        },
        child,
      )
    );
  }
}
