/** The policies that a back-test compares: a grid, or the user's own. */
import type { SettingKey } from "../../runtime/settings";
import { UsageError } from "../usage-error";

export interface Policy {
  readonly name: string;
  /** The settings that it overrides, on top of the defaults or `--set`. */
  readonly settings: Readonly<Partial<Record<SettingKey, string | number>>>;
}

export const DEFAULT_POLICY: Policy = { name: "default", settings: {} };

const WINDOWS: readonly Policy[] = [
  { name: "tumbling 7d", settings: { windowType: "tumbling", windowLength: "7d" } },
  { name: "tumbling 14d", settings: { windowType: "tumbling", windowLength: "14d" } },
  { name: "tumbling 28d", settings: { windowType: "tumbling", windowLength: "28d" } },
  { name: "sliding 14d", settings: { windowType: "sliding", windowLength: "14d", slide: "1d" } },
  { name: "session 3d", settings: { windowType: "session", sessionGap: "3d" } },
  { name: "per-function 14d", settings: { windowType: "per-function", windowLength: "14d" } },
];

const SIZINGS: readonly Policy[] = [
  { name: "average + 100 MB", settings: { sizing: "average", bufferMB: 100 } },
  ...[0.15, 0.3].map((peakMargin) => ({
    name: `average above peak + ${Math.round(peakMargin * 100)}%`,
    settings: { sizing: "average-above-peak", peakMargin },
  })),
  ...[0.15, 0.3].map((peakMargin) => ({
    name: `peak + ${Math.round(peakMargin * 100)}%`,
    settings: { sizing: "peak", peakMargin },
  })),
  ...[90, 95, 99].map((sizingPercentile) => ({
    name: `p${sizingPercentile} + 15%`,
    settings: { sizing: "percentile", sizingPercentile, peakMargin: 0.15 },
  })),
];

/** Every sizing with every window, the default first. */
export function policyGrid(): Policy[] {
  const grid = WINDOWS.flatMap((window) =>
    SIZINGS.map((sizing) => ({
      name: `${sizing.name}, ${window.name}`,
      settings: { ...sizing.settings, ...window.settings },
    })),
  );
  return [DEFAULT_POLICY, ...grid];
}

/**
 * Reads settings and their values, as in `sizing=percentile,sizingPercentile=90`.
 *
 * @param option the option that the text belongs to.
 * @throws UsageError if it doesn't have that form; the values are checked later, with the other settings.
 */
export function parsePolicy(text: string, option: "--policy" | "--set"): Policy {
  const settings = text.split(",").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1) {
      throw new UsageError(
        `${option} is "${text}"; it must be settings and their values, as in ${option} sizing=percentile,sizingPercentile=90.`,
      );
    }
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  return { name: text, settings: Object.fromEntries(settings) };
}
