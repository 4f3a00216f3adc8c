/** Pulumi.yaml's config section, as Pulumi takes it. generate.test.ts checks that it matches the config table. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CONFIG } from "../../runtime/config-table";
import { PROJECT_ROOT } from "./language-host";

interface SchemaKey {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
}

const schema = (parse(read("Pulumi.yaml")) as { config: Record<string, SchemaKey> }).config;

describe("The config schema", () => {
  it("has the keys of the config table, in its order, with their defaults", () => {
    const defaults = Object.entries(schema).map(([key, { default: value }]) => [key, written(value)]);
    const expected = Object.entries(CONFIG).map(([key, { default: value }]) => [key, written(value)]);
    assert.deepEqual(defaults, expected);
  });

  it("gives every key a default of its type, so that a new stack needs no config", () => {
    const isOfType: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === "string",
      integer: Number.isInteger,
      boolean: (value) => typeof value === "boolean",
      array: Array.isArray,
      object: (value) => typeof value === "object" && !Array.isArray(value),
    };
    for (const [key, { type, default: value, description }] of Object.entries(schema)) {
      assert.ok(isOfType[type]?.(value), `${key}: ${JSON.stringify(value)} is not of type ${type}`);
      assert.match(description, /\.$/, key);
    }
  });

  it("gives a default that passes the key's own check, or an empty one", () => {
    for (const [key, { default: value }] of Object.entries(schema)) {
      const { type } = CONFIG[key as keyof typeof CONFIG];
      if (written(value) !== "") assert.notEqual(type.parse(value), undefined, key);
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
    const expected = Object.entries(schema).map(([key, { default: value }]) => [
      key,
      written(value) === "" ? "none" : `\`${written(value)}\``,
    ]);
    assert.deepEqual(rows, expected);
  });
});

/** A default as text; an empty one (of a list, of tags, of an unset text) is an empty text. */
function written(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" || value === undefined ? "" : JSON.stringify(value);
}

function read(file: string): string {
  return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
}
