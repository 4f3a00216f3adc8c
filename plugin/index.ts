/**
 * The plugin: serves the components to programs in any language. Its schema is generated beforehand, so the package needs
 * no TypeScript source and no analysis at run time.
 */
import type * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider";
import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../components/artefacts";
import { JoinedFunction } from "./joined-function";
import { LambdaMemoryOptimizer } from "./lambda-memory-optimizer";

interface Schema {
  readonly version: string;
  readonly resources: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}

/** The schema defines the component's arguments; the component checks their values. */
type Component = new (
  name: string,
  args: never,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

const COMPONENTS: Readonly<Record<string, Component>> = {
  "lambda-memory-optimizer:index:JoinedFunction": JoinedFunction,
  "lambda-memory-optimizer:index:LambdaMemoryOptimizer": LambdaMemoryOptimizer,
};

const text = fs.readFileSync(path.join(packageRoot(__dirname), "plugin", "schema.json"), "utf8");
const { version, resources } = JSON.parse(text) as Schema;

const provider: Provider = {
  version,
  schema: text,
  construct: (name, type, inputs, opts) => {
    const Component = COMPONENTS[type];
    if (Component === undefined)
      return Promise.reject(new Error(`${type} is not a component of this plugin.`));
    const component = new Component(name, inputs as never, opts);
    const all = component as unknown as Readonly<Record<string, unknown>>;
    const outputs = Object.keys(resources[type]?.properties ?? {});
    const state = Object.fromEntries(outputs.map((output) => [output, all[output]]));
    return Promise.resolve({ urn: component.urn, state });
  },
};

void main(provider, process.argv.slice(2));
