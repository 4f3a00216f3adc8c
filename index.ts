/** The program: stack config → component → stack outputs. Nothing else reads stack config. */
import * as pulumi from "@pulumi/pulumi";
import {
  LambdaMemoryOptimizer,
  SettingError,
  type FlinkConfig,
  type LambdaMemoryOptimizerArgs,
  type LayerConfig,
  type StreamsConfig,
  type UpdaterConfig,
  type VpcArgs,
} from "./components";
import { parseSettings, SETTINGS } from "./runtime/settings";

const config = new pulumi.Config();
const keysRead = new Set<string>();

/** A key is its argument's path run together: `flinkLogLevel` is `flink.logLevel`. */
function argsFromConfig(): LambdaMemoryOptimizerArgs {
  const settings = parseSettings(
    Object.fromEntries(Object.keys(SETTINGS).map((key) => [key, text(key)] as const)),
  );
  const args = {
    ...settings,
    streams: streams(),
    flink: {
      parallelism: number("flinkParallelism"),
      parallelismPerKPU: number("flinkParallelismPerKPU"),
      autoScaling: config.getBoolean(read("flinkAutoScaling")),
      logLevel: text("flinkLogLevel") as FlinkConfig["logLevel"],
      metricsLevel: text("flinkMetricsLevel") as FlinkConfig["metricsLevel"],
      snapshots: config.getBoolean(read("flinkSnapshots")),
      restoreFrom: text("flinkRestoreFrom") as FlinkConfig["restoreFrom"],
    },
    updater: {
      memoryMB: number("updaterMemoryMB"),
      timeoutSeconds: number("updaterTimeoutSeconds"),
      logLevel: text("updaterLogLevel") as UpdaterConfig["logLevel"],
      functionTag: functionTag(),
      historyDeletionProtection: config.getBoolean(read("updaterHistoryDeletionProtection")),
      deadLetterQueueArn: text("updaterDeadLetterQueueArn"),
    },
    layer: {
      flushInterval: text("layerFlushInterval"),
      logLevel: text("layerLogLevel") as LayerConfig["logLevel"],
    },
    vpc: vpc(),
    heartbeatInterval: text("heartbeatInterval"),
    artefactBucketName: text("artefactBucketName"),
    kmsKeyArn: text("kmsKeyArn"),
    logRetentionDays: number("logRetentionDays"),
    permissionsBoundary: text("permissionsBoundary"),
    tags: config.getObject<Record<string, string>>(read("tags")),
  };
  refuseUnreadKeys();
  return args;
}

function streams(): StreamsConfig {
  const mode = text("streamsMode") as StreamsConfig["mode"];
  const shards = number("streamsShards");
  const telemetryArn = text("streamsTelemetryArn");
  return {
    // These always have some value here; where they mean nothing, the component wants none.
    mode: telemetryArn === undefined ? mode : undefined,
    shards: telemetryArn === undefined && mode !== "ON_DEMAND" ? shards : undefined,
    telemetryArn,
    recommendationsArn: text("streamsRecommendationsArn"),
    retentionHours: number("streamsRetentionHours"),
    kmsKeyArn: text("streamsKmsKeyArn"),
  };
}

function functionTag(): UpdaterConfig["functionTag"] {
  const tag = text("updaterFunctionTag");
  if (tag === undefined) return undefined;
  const [, key, value] = /^([^=]+)=(.+)$/.exec(tag) ?? [];
  if (key === undefined || value === undefined) {
    throw new SettingError(`updaterFunctionTag is ${JSON.stringify(tag)}; it must be of the form key=value.`);
  }
  return { key, value };
}

function vpc(): VpcArgs | undefined {
  const subnetIds = config.getObject<string[]>(read("vpcSubnetIds")) ?? [];
  const securityGroupIds = config.getObject<string[]>(read("vpcSecurityGroupIds")) ?? [];
  return subnetIds.length + securityGroupIds.length === 0 ? undefined : { subnetIds, securityGroupIds };
}

/** A misspelt key would otherwise be a default that nobody meant. */
function refuseUnreadKeys(): void {
  const prefix = `${pulumi.getProject()}:`;
  for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
    const key = fullKey.slice(prefix.length);
    if (fullKey.startsWith(prefix) && !keysRead.has(key)) {
      throw new SettingError(
        `${key} is not a config key; it must be one of ${[...keysRead].sort().join(", ")}.`,
      );
    }
  }
}

function read(key: string): string {
  keysRead.add(key);
  return key;
}

/** An empty text stands for a key that isn't set: Pulumi.yaml must give every key some default. */
function text(key: string): string | undefined {
  const value = config.get(read(key));
  return value === "" ? undefined : value;
}

function number(key: string): number | undefined {
  return config.getNumber(read(key));
}

function deploy(): LambdaMemoryOptimizer {
  try {
    return new LambdaMemoryOptimizer("lambda-memory-optimizer", argsFromConfig());
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    // One sentence, in the words of the config; a RunError is shown without its stack.
    throw new pulumi.RunError(
      error.message.replace(
        /\b(streams|flink|updater|layer|vpc)\.([a-z])/g,
        (_, part: string, first: string) => part + first.toUpperCase(),
      ),
    );
  }
}

const optimizer = deploy();

export const {
  layerArn,
  producerPolicyArn,
  telemetryStreamName,
  telemetryStreamArn,
  recommendationsStreamName,
  recommendationsStreamArn,
  flinkApplicationName,
  updaterFunctionName,
  historyTableName,
  deadLetterQueueUrl,
} = optimizer.outputs;
