/**
 * The library: `import { LambdaMemoryOptimizer } from "lambda-memory-optimizer"`. The parts are there too, each
 * usable alone.
 */
export { SettingError, type SettingKey, type Settings } from "../runtime/settings";
export type {
  FunctionFilter,
  JoinOptions,
  LambdaMemoryOptimizerArgs,
  LambdaMemoryOptimizerTransform,
  LogsTransform,
} from "./args";
export { ArtefactBucket, type ArtefactBucketArgs, type ArtefactBucketTransform } from "./artefact-bucket";
export { findArtefacts, type Artefacts } from "./artefacts";
export type { CommonArgs, RoleArgs, Tags, VpcArgs } from "./common";
export * from "./enums";
export { ExtensionLayer, type ExtensionLayerArgs } from "./extension-layer";
export { FlinkApplication } from "./flink-application";
export type { FlinkApplicationArgs, FlinkApplicationTransform } from "./flink-config";
export type { FunctionTag } from "./function-tag";
export { Heartbeat, type HeartbeatArgs, type HeartbeatTransform } from "./heartbeat";
export type { JoinedFunction } from "./join";
export { LambdaMemoryOptimizer } from "./lambda-memory-optimizer";
export {
  LogSubscriptions,
  type LogSubscriptionsArgs,
  type LogSubscriptionsTransform,
} from "./log-subscriptions";
export { LogsStream, type LogsStreamArgs, type LogsStreamTransform } from "./logs-stream";
export { ServiceRole, type ServiceRoleArgs, type ServiceRoleTransform } from "./service-role";
export { Monitoring, type MonitoringArgs, type MonitoringTransform } from "./monitoring";
export type {
  AlarmsConfig,
  EncryptionArgs,
  FlinkConfig,
  HeartbeatConfig,
  LayerConfig,
  LoggingArgs,
  LogsConfig,
  MonitoringConfig,
  SettingsArgs,
  StreamsConfig,
  UpdaterConfig,
} from "./settings-args";
export { Streams, type StreamsArgs, type StreamsTransform } from "./streams";
export type { Transform } from "./transform";
export { Updater } from "./updater";
export type { UpdaterArgs, UpdaterTransform } from "./updater-config";
