/**
 * Makes all checks of the arguments in one place, before the first resource is registered, so a config error shows at
 * preview.
 */
import { checkArguments, DEFAULTS } from "../runtime/deployment";
import { parseSettings, SettingError, type Settings } from "../runtime/settings";
import type { LambdaMemoryOptimizerArgs } from "./args";
import { findArtefacts, type Artefacts } from "./artefacts";
import { checkFlink } from "./flink-config";
import { rateExpression } from "./heartbeat";
import { checkLayer } from "./join";
import { checkLogs } from "./logs-config";
import { checkMonitoring } from "./monitoring";
import { pickSettings } from "./settings";
import { checkStreams } from "./streams";
import { checkUpdater } from "./updater-config";

/** The longest name with which every child's physical name still fits; a bucket's has at most 63 characters. */
const MAX_NAME_LENGTH = 39;

/**
 * Checks all arguments, and returns the settings with their defaults and the artefacts' paths.
 *
 * @throws SettingError for a value, or a combination of values, that can't be deployed.
 */
export function checkedArgs(
  name: string,
  args: LambdaMemoryOptimizerArgs,
): { settings: Settings; artefacts: Artefacts } {
  checkName(name);
  const settings = parseSettings(pickSettings(args));
  checkStreams(args.streams ?? {});
  checkLogs(args.logs ?? {});
  checkFlink(args.flink ?? {});
  checkUpdater(args.updater ?? {}, settings);
  checkLayer(args.layer ?? {});
  checkMonitoring(args);
  checkArguments("", args);
  rateExpression(args.heartbeatInterval ?? DEFAULTS.heartbeatInterval);
  checkVpc(args);
  return { settings, artefacts: findArtefacts(args.artefacts) };
}

function checkName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new SettingError(
      `The component's name is ${JSON.stringify(name)}; it must be 1 to ${MAX_NAME_LENGTH} letters, digits and hyphens, the first a letter.`,
    );
  }
}

function checkVpc({ vpc }: LambdaMemoryOptimizerArgs): void {
  for (const key of ["subnetIds", "securityGroupIds"] as const) {
    const ids = vpc?.[key];
    if (Array.isArray(ids) && ids.length === 0) {
      throw new SettingError(`vpc.${key} is empty; it must hold at least one id.`);
    }
  }
}
