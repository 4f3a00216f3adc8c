/**
 * Generates the plugin's schema, from which Pulumi generates the SDK of each language. Pulumi's analyzer reads the plugin's
 * components; the config table and package.json add what it leaves out.
 */
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import {
  generateSchema,
  type ObjectType,
  type PackageSpec,
  type Property,
} from "@pulumi/pulumi/provider/experimental/schema";
import fs from "node:fs";
import path from "node:path";
import { CONFIG } from "../../runtime/config-table";
import type { Entry } from "../../runtime/prose";
import { enumName } from "./enums";

const ROOT = path.join(__dirname, "../..");
const NAME = "lambda-memory-optimizer";
const COMPONENTS = ["LambdaMemoryOptimizer", "JoinedFunction"];
/** `JoinedFunction`'s whole numbers; the optimizer's are in the config table. */
const WHOLE_NUMBERS = ["memorySize", "timeout"];

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly homepage: string;
  readonly license: string;
  readonly repository: { readonly url: string };
}

export function pluginSchema(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;
  const { version, description } = manifest;
  const entryPoint = { main: "components.ts" };
  const analyzer = new Analyzer(path.join(ROOT, "plugin"), NAME, entryPoint, new Set(COMPONENTS));
  const { components, typeDefinitions, dependencies } = analyzer.analyze();
  const schema = generateSchema(NAME, version, description, components, typeDefinitions, dependencies);
  for (const { name, description } of Object.values(typeDefinitions)) {
    const type = schema.types[token(name)];
    if (type && description !== undefined) type.description = description;
  }
  refine(schema);
  const { license, keywords, homepage } = manifest;
  const repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");
  const importBasePath = `${repository.replace("https://", "")}/sdk/go/${NAME.replaceAll("-", "")}`;
  const languages: Record<string, object> = schema.language ?? {};
  const language = { ...languages, go: { ...languages.go, importBasePath } };
  return JSON.stringify({ ...schema, language, license, keywords, homepage, repository }, asPulumiWrites, 2);
}

/** Makes whole numbers integers, and puts an enum's values in the config table's order. */
function refine(schema: PackageSpec): void {
  const component = schema.resources[token("LambdaMemoryOptimizer")];
  const inputs = component?.inputProperties ?? {};
  for (const [key, entry] of Object.entries<Entry & { argument?: string }>(CONFIG)) {
    const { choices, schema: type } = entry.type;
    if (choices) {
      const order = (each: { readonly value: string | number }) => choices.indexOf(String(each.value));
      schema.types[token(enumName(key))]?.enum?.sort((a, b) => order(a) - order(b));
    }
    const [name = "", group] = (entry.argument ?? key).split(".").reverse();
    const properties = group === undefined ? inputs : propertiesOf(schema, inputs[group]);
    if (type === "integer") makeInteger(properties[name]);
  }
  for (const name of WHOLE_NUMBERS) {
    makeInteger(schema.resources[token("JoinedFunction")]?.inputProperties?.[name]);
  }
}

function makeInteger(property: Property | undefined): void {
  if (property) Object.assign(property, { type: "integer" });
}

function propertiesOf(
  schema: PackageSpec,
  property: Property | undefined,
): NonNullable<ObjectType["properties"]> {
  const reference = property && "$ref" in property ? property.$ref : "";
  return schema.types[reference.replace("#/types/", "")]?.properties ?? {};
}

function token(name: string): string {
  return `${NAME}:index:${name}`;
}

/** Joins the lines of a doc comment's paragraphs. The schema's `required` says what is optional. */
function asPulumiWrites(key: string, value: unknown): unknown {
  if (key === "optional") return undefined;
  return key === "description" && typeof value === "string" ? value.replace(/\n(?!\n)/g, " ") : value;
}
