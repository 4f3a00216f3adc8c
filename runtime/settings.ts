/**
 * Settings are the keys that shape a size or an update. `pulumi config`, the one-machine run's `--set` and the updater
 * all read their values through `parseSettings`; config-table.ts defines each of them.
 */
import { SETTINGS, type Part } from "./config-table";
import { durationMs } from "./duration";
import { suggestion } from "./nearest";
import { parseValue } from "./parse-value";
import { SettingError } from "./setting-error";
import type { ValueType } from "./value-type";

export { SETTINGS, SettingError };

export type SettingKey = keyof typeof SETTINGS;
export type Settings = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K]["type"] extends ValueType<infer T> ? T : never;
};

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** The settings that any of these parts reads, in the order of the table. */
export function settingsOf(...parts: Part[]): SettingKey[] {
  return SETTING_KEYS.filter((key) =>
    parts.some((part) => (SETTINGS[key].readBy as readonly Part[]).includes(part)),
  );
}

/**
 * Parses the given values into settings, with defaults filled in.
 *
 * @param values by key, as texts (stack config, `--set`) or numbers; undefined means the default.
 * @param known the settings that the caller has values for. Only these are checked against each other, because a part
 *   that doesn't get a setting sees only its default.
 * @throws SettingError for an unknown key, a value out of its range, or values that don't go together.
 */
export function parseSettings(
  values: Readonly<Record<string, string | number | undefined>> = {},
  known: readonly SettingKey[] = SETTING_KEYS,
): Settings {
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(SETTINGS, key)) {
      const elsewhere = "README.md lists them under Configuration";
      throw new SettingError(`${key} is not a setting${suggestion(key, SETTING_KEYS, elsewhere)}`);
    }
  }
  const settings = Object.fromEntries(
    SETTING_KEYS.map((key) => {
      const { type, default: fallback } = SETTINGS[key];
      const value = values[key];
      return [key, value === undefined ? fallback : parseValue<string | number>(key, type, value)];
    }),
  ) as unknown as Settings;
  checkTogether(settings, known);
  return settings;
}

type WindowType = Settings["windowType"];

/** Pairs of lengths, by window type: the first must be a whole multiple of the second. */
export const MULTIPLES = {
  tumbling: [["windowLength", "bucketLength"]],
  session: [],
  sliding: [
    ["slide", "bucketLength"],
    ["windowLength", "slide"],
  ],
  "per-function": [["windowLength", "bucketLength"]],
} as const satisfies Record<WindowType, readonly (readonly [SettingKey, SettingKey])[]>;

/** Pairs of numbers or durations: the first must be at most the second. */
export const AT_MOST = [
  ["minMemoryMB", "maxMemoryMB"],
  // If event time ran ahead by more, records that are in time would count as late.
  ["maxClockSkew", "lateness"],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

function checkTogether(settings: Settings, known: readonly SettingKey[]): void {
  const areKnown = (...keys: SettingKey[]) => keys.every((key) => known.includes(key));
  for (const [multiple, unit] of MULTIPLES[settings.windowType]) {
    if (!areKnown("windowType", multiple, unit)) continue;
    if ((durationMs(settings[multiple]) ?? 0) % (durationMs(settings[unit]) ?? 0) !== 0) {
      throw new SettingError(
        `${multiple} is ${settings[multiple]}; it must be a whole multiple of ${unit}, which is ${settings[unit]}.`,
      );
    }
  }
  for (const [low, high] of AT_MOST) {
    if (areKnown(low, high) && size(settings[low]) > size(settings[high])) {
      throw new SettingError(
        `${low} is ${settings[low]}; it must be at most ${high}, which is ${settings[high]}.`,
      );
    }
  }
}

/** Returns a number unchanged, and a duration in ms. */
function size(value: string | number): number {
  return typeof value === "number" ? value : (durationMs(value) ?? 0);
}
