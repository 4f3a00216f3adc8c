/** The argument types are generated as text. Here the compiler checks them against the config table's own types. */
import assert from "node:assert/strict";
import type {
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
} from "../../components";
import type { Deployment } from "../../runtime/deployment";
import type { Settings } from "../../runtime/settings";

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined };
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type SameKeys<A, B> = Same<keyof A, keyof B>;
/** An argument may also be an Input, which the config can't hold. */
type Takes<Args, Values> = Optional<Values> extends Args ? SameKeys<Args, Values> : false;

const checked: Readonly<Record<string, true>> = {
  settings: true satisfies Same<SettingsArgs, Optional<Settings>>,
  streams: true satisfies Takes<StreamsConfig, Deployment["streams"]>,
  flink: true satisfies Takes<FlinkConfig, Deployment["flink"]>,
  logs: true satisfies Takes<LogsConfig, Deployment["logs"]>,
  updater: true satisfies Takes<UpdaterConfig, Deployment["updater"]>,
  layer: true satisfies Same<LayerConfig, Optional<Deployment["layer"]>>,
  heartbeat: true satisfies Takes<
    HeartbeatConfig,
    Pick<Deployment, "heartbeatInterval" | "heartbeatRoleArn">
  >,
  monitoring: true satisfies Takes<MonitoringConfig, Pick<Deployment, "monitoring">>,
  alarms: true satisfies Takes<AlarmsConfig, Deployment["alarms"]>,
  encryption: true satisfies Takes<EncryptionArgs, Pick<Deployment, "kmsKeyArn">>,
  logging: true satisfies Takes<LoggingArgs, Pick<Deployment, "logRetentionDays">>,
};

describe("The types of the component's arguments", () => {
  it("match the config table's values", () => {
    // The type check can fail, not this line.
    assert.equal(Object.keys(checked).length, 11);
  });
});
