/** The program: stack config → component → stack outputs. Nothing else reads stack config. */
import * as pulumi from "@pulumi/pulumi";
import { LambdaMemoryOptimizer, SettingError, type LambdaMemoryOptimizerArgs } from "./components";
import { checkKey, DEFAULTS, inConfigWords, parseDeployment, type Deployment } from "./runtime/deployment";
import { parseSettings, SETTING_KEYS } from "./runtime/settings";
import type { SchemaType } from "./runtime/value-type";

const config = new pulumi.Config();

function argsFromConfig(): LambdaMemoryOptimizerArgs {
  checkKeys();
  const settings = parseSettings(Object.fromEntries(SETTING_KEYS.map((key) => [key, text(key)])));
  const { streams, logs, vpc, ...deployment } = parseDeployment(read);
  return {
    ...settings,
    ...deployment,
    streams: forSchedule(withoutMeaningless(streams), deployment.flink),
    logs: logs.streamArn === undefined ? logs : { ...logs, shards: undefined },
    vpc: ifAny(vpc),
  };
}

/** Pulumi.yaml gives every stack a mode and shards. The component rejects them where they have no meaning. */
function withoutMeaningless({ mode, shards, ...streams }: Deployment["streams"]): Deployment["streams"] {
  if (streams.telemetryArn !== undefined) return { ...streams, mode: undefined, shards: undefined };
  return { ...streams, mode, shards: mode === "ON_DEMAND" ? undefined : shards };
}

/** Pulumi.yaml also gives every stack the default retention, which is too short if the application runs on a schedule. */
function forSchedule(
  streams: Deployment["streams"],
  { schedule = DEFAULTS.flinkSchedule }: Deployment["flink"],
): Deployment["streams"] {
  const isDefault = streams.retentionHours === DEFAULTS.streamsRetentionHours;
  return schedule !== DEFAULTS.flinkSchedule && isDefault
    ? { ...streams, retentionHours: undefined }
    : streams;
}

function ifAny({
  subnetIds = [],
  securityGroupIds = [],
}: Deployment["vpc"]): LambdaMemoryOptimizerArgs["vpc"] {
  return subnetIds.length + securityGroupIds.length === 0 ? undefined : { subnetIds, securityGroupIds };
}

function checkKeys(): void {
  const prefix = `${pulumi.getProject()}:`;
  for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
    if (fullKey.startsWith(prefix)) checkKey(fullKey.slice(prefix.length));
  }
}

function read(key: string, schema: SchemaType): unknown {
  return schema === "array" || schema === "object" ? config.getObject(key) : text(key);
}

/** An empty text stands for a key that isn't set: Pulumi.yaml must give every key some default. */
function text(key: string): string | undefined {
  const value = config.get(key);
  return value === "" ? undefined : value;
}

function deploy(): LambdaMemoryOptimizer {
  try {
    return new LambdaMemoryOptimizer("lambda-memory-optimizer", argsFromConfig());
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    // A RunError is shown without its stack.
    throw new pulumi.RunError(inConfigWords(error.message));
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
export const { logsStreamArn, logsRoleArn, dashboardName } = optimizer;
