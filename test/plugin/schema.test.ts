/** The plugin's schema, which programs in other languages use and which must not break them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { CONFIG } from "../../runtime/config-table";
import type { Entry } from "../../runtime/prose";
import { PROJECT_ROOT } from "../pulumi/language-host";
import { breakingChanges, type Property, type Schema } from "./breaking-changes";

const SCHEMA = read("plugin/schema.json");
const OPTIMIZER = "lambda-memory-optimizer:index:LambdaMemoryOptimizer";

describe("The plugin's schema", () => {
  it("describes every component, type, argument and output", () => {
    const described = [
      ...Object.entries(SCHEMA.resources),
      ...Object.entries(SCHEMA.types),
      ...properties().map(({ name, property }) => [name, property] as const),
    ];
    assert.ok(described.length > 120, `${described.length} descriptions`);
    const silent = described.filter(([, { description }]) => (description ?? "").length < 10);
    assert.deepEqual(
      silent.map(([name]) => name),
      [],
    );
  });

  it("gives every argument and output a type", () => {
    const untyped = properties().filter(({ property }) => !isTyped(property));
    assert.deepEqual(
      untyped.map(({ name }) => name),
      [],
    );
  });

  it("has every config key as an argument, and a choice as an enum of its values", () => {
    for (const [key, entry] of Object.entries<Entry & { argument?: string }>(CONFIG)) {
      const property = argument(entry.argument ?? key);
      assert.ok(property, `${key} is missing`);
      const { choices, schema } = entry.type;
      if (choices) {
        assert.deepEqual(
          referred(property)?.enum?.map(({ value }) => value),
          choices,
          key,
        );
      }
      assert.equal(property.type === "integer", schema === "integer", key);
    }
  });

  it("takes settings as plain values, so that a preview can refuse an invalid one", () => {
    assert.equal(argument("windowLength")?.plain, true);
    assert.equal(argument("kmsKeyArn")?.plain, undefined);
  });

  it("accepts everything that the pinned copy accepts", () => {
    const pinned = read("test/plugin/pinned-schema.json");
    assert.deepEqual(
      breakingChanges(pinned, SCHEMA),
      [],
      "These changes break programs. If they are meant, say so in the CHANGELOG and copy plugin/schema.json to test/plugin/pinned-schema.json.",
    );
  });

  it("fails the comparison if a change breaks programs", () => {
    const changed = structuredClone(SCHEMA);
    const { inputProperties = {}, properties, requiredInputs = [] } = changed.resources[OPTIMIZER]!;
    delete inputProperties.windowLength;
    inputProperties.bufferMB = { type: "string" };
    requiredInputs.push("kmsKeyArn");
    delete properties?.layerArn;
    changed.types["lambda-memory-optimizer:index:Sizing"]?.enum?.pop();
    assert.deepEqual(breakingChanges(SCHEMA, changed), [
      "LambdaMemoryOptimizer.bufferMB is string, not plain integer",
      "LambdaMemoryOptimizer.kmsKeyArn is required",
      "LambdaMemoryOptimizer.layerArn is gone",
      "LambdaMemoryOptimizer.windowLength is gone",
      "Sizing.percentile is gone",
    ]);
    assert.deepEqual(breakingChanges(changed, { ...SCHEMA }).includes("Sizing.percentile is gone"), false);
  });
});

/** An argument by its path, such as `flink.logLevel`. */
function argument(name: string): Property | undefined {
  const [first = "", second] = name.split(".");
  const property = SCHEMA.resources[OPTIMIZER]?.inputProperties?.[first];
  return second === undefined ? property : property && referred(property)?.properties?.[second];
}

function referred(property: Property) {
  return SCHEMA.types[(property.$ref ?? "").replace("#/types/", "")];
}

function properties(): { name: string; property: Property }[] {
  const holders = { ...SCHEMA.resources, ...SCHEMA.types };
  return Object.entries(holders).flatMap(([holder, { inputProperties, properties }]) =>
    Object.entries({ ...properties, ...inputProperties }).map(([name, property]) => ({
      name: `${holder}.${name}`,
      property,
    })),
  );
}

function isTyped({ type, $ref, items, additionalProperties }: Property): boolean {
  if ($ref === "pulumi.json#/Archive") return true;
  if ($ref !== undefined) return referred({ $ref }) !== undefined;
  if (type === "array") return items !== undefined && isTyped(items);
  if (type === "object") return additionalProperties !== undefined && isTyped(additionalProperties);
  return ["string", "integer", "number", "boolean"].includes(type ?? "");
}

function read(file: string): Schema {
  return JSON.parse(fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8")) as Schema;
}
