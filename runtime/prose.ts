/** Describes a key of the config table in prose, for Pulumi.yaml, `--help`, the docs and doc comments alike. */
import { DEPLOYMENT } from "./config-table";
import type { ValueType } from "./value-type";

/** A key of the config table. */
export interface Entry {
  readonly type: ValueType<unknown>;
  readonly default: unknown;
  readonly unit?: string;
  readonly description: string;
  readonly example?: string;
  readonly document?: string;
}

/** What is allowed, as a sentence: `A whole number from 0 to 10240, in MB.` */
export function limits({ type: { allowed }, unit }: Entry): string {
  return `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}${unit === undefined ? "" : `, in ${unit}`}.`;
}

/** A default as the docs show it; an empty one is shown as none. */
export function defaultCell({ default: value }: Entry): string {
  return value === undefined || value === "" ? "none" : `\`${textOf(value)}\``;
}

/** A default that is a text, a number or a flag, as config writes it. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function withoutBackticks(text: string): string {
  return text.replaceAll("`", "");
}

/** The names of keys in a text, as a program writes them: `flinkLogLevel` is `flink.logLevel`. */
export function inArgumentWords(text: string): string {
  return text.replace(/`(\w+)`/g, (quoted, key: string) =>
    key in DEPLOYMENT ? `\`${DEPLOYMENT[key as keyof typeof DEPLOYMENT].argument}\`` : quoted,
  );
}
