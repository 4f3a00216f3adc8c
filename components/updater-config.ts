/** The checks of the updater's arguments. */
import { checkArguments } from "../runtime/deployment";
import { SettingError, type Settings } from "../runtime/settings";
import type { UpdaterConfig } from "./settings-args";
import { checkFunctionArns } from "./updater-permissions";

/** Refuses what the updater can't be, in one sentence. */
export function checkUpdater(args: UpdaterConfig, settings: Settings): void {
  checkFunctionArns(settings.allowedFunctionArns);
  checkArguments("updater", args);
  if (args.functionTag && (args.functionTag.key === "" || args.functionTag.value === "")) {
    throw new SettingError("updater.functionTag has an empty key or value; it must have both.");
  }
}
