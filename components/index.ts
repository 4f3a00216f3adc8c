/**
 * The library: `import { LambdaMemoryOptimizer } from "lambda-memory-optimizer"`. The parts are there too, each
 * usable alone.
 */
export { SettingError, type SettingKey, type Settings } from "../runtime/settings";
export type { JoinOptions, LambdaMemoryOptimizerArgs, LambdaMemoryOptimizerTransform } from "./args";
export { ArtefactBucket, type ArtefactBucketArgs } from "./artefact-bucket";
export { findArtefacts, type Artefacts } from "./artefacts";
export type { CommonArgs, EncryptionArgs, LoggingArgs, RoleArgs, Tags, VpcArgs } from "./common";
export { ExtensionLayer, type ExtensionLayerArgs } from "./extension-layer";
export {
  FlinkApplication,
  type FlinkApplicationArgs,
  type FlinkApplicationTransform,
  type FlinkConfig,
} from "./flink-application";
export { Heartbeat, type HeartbeatArgs, type HeartbeatConfig, type HeartbeatTransform } from "./heartbeat";
export type { JoinedFunction, LayerConfig } from "./join";
export { LambdaMemoryOptimizer } from "./lambda-memory-optimizer";
export { ServiceRole, type ServiceRoleArgs } from "./service-role";
export type { SettingsArgs } from "./settings";
export { Streams, type StreamsArgs, type StreamsConfig, type StreamsTransform } from "./streams";
export type { Transform } from "./transform";
export { Updater, type UpdaterArgs, type UpdaterTransform } from "./updater";
export type { FunctionTag, UpdaterConfig } from "./updater-config";
