/** One table of settings, and every other place that lists them: the config schema, its defaults, the docs. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { SETTINGS, type SettingKey } from "../../runtime/settings";
import { PROJECT_ROOT } from "./language-host";

interface ConfigKey {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
}

const schema = (parse(read("Pulumi.yaml")) as { config: Record<string, ConfigKey> }).config;
const settingKeys = Object.keys(SETTINGS) as SettingKey[];

describe("The config schema", () => {
  for (const key of settingKeys) {
    it(`has ${key} with the default, the type and the description of the settings' table`, () => {
      const setting = SETTINGS[key];
      // A number that may have a fraction is a string: the config schema has no such type.
      const whole = typeof setting.default === "number" && setting.parse(setting.default + 0.5) === undefined;
      const expected: ConfigKey = {
        type: whole ? "integer" : "string",
        description: setting.description,
        default: whole ? setting.default : String(setting.default),
      };
      assert.deepEqual(schema[key], expected);
    });
  }

  it("has besides them the keys that index.ts reads, and no other", () => {
    const keysRead = [...read("index.ts").matchAll(/\b(?:text|number|read)\("(\w+)"\)/g)].map(
      ([, key]) => key!,
    );
    assert.deepEqual(Object.keys(schema).sort(), [...settingKeys, ...keysRead].sort());
  });

  it("gives every key a default of its type, so that a new stack needs no config at all", () => {
    const isOfType: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === "string",
      integer: Number.isInteger,
      boolean: (value) => typeof value === "boolean",
      array: Array.isArray,
      object: (value) => typeof value === "object" && !Array.isArray(value),
    };
    for (const [key, { type, default: value, description }] of Object.entries(schema)) {
      assert.ok(isOfType[type]?.(value), `${key}: ${JSON.stringify(value)} is no ${type}`);
      assert.match(description, /\.$/, key);
    }
  });
});

describe("The README", () => {
  it("lists every key with its default, in the schema's order, and no other", () => {
    const [, configuration = ""] = read("README.md").split("## Configuration\n");
    const rows = [...configuration.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, key, value]) => [
      key,
      value,
    ]);
    const expected = Object.entries(schema).map(([key, { default: value }]) => [key, shown(value)]);
    assert.deepEqual(rows, expected);
  });
});

/** As the docs show a default; an empty one is shown as none. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return ["", "[]", "{}"].includes(text) ? "none" : `\`${text}\``;
}

function read(file: string): string {
  return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
}
