/** Pulumi without an engine: collects what the components register, with the outputs that AWS would add. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Artefacts } from "../../components";
import { temporaryFolder } from "../support/temporary-folder";
import { awsFunction, awsOutputs } from "./aws-outputs";

/** One registered resource. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly provider: string | undefined;
  readonly custom: boolean;
}

export interface MockOptions {
  /** Default `aws`. */
  readonly partition?: string;
  readonly region?: string;
  /** What functions of @pulumi/aws return besides those that are stood in for, by token; an error is thrown. */
  readonly awsFunctions?: Readonly<Record<string, Record<string, unknown> | Error>>;
}

/**
 * Runs a program under mocks and waits for everything that it started.
 *
 * @param program what a Pulumi program would do. Its result is awaited, Outputs included.
 * @returns the registered resources, in order, and the program's result.
 */
export async function deploy<T>(
  program: () => T,
  options: MockOptions = {},
): Promise<{ resources: Resources; outputs: pulumi.Unwrap<T> }> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const inputs = args.inputs as Record<string, unknown>;
        const { type, name, provider, custom } = args;
        registered.push({
          type,
          name,
          inputs,
          provider: provider === "" ? undefined : provider,
          custom: custom ?? false,
        });
        const physicalName = typeof inputs.name === "string" ? inputs.name : `${name}-1a2b3c4`;
        return {
          id: `${physicalName}-id`,
          state: { ...inputs, ...awsOutputs(type, physicalName, options, inputs) },
        };
      },
      call: ({ token, provider }) => {
        const given = options.awsFunctions?.[token];
        if (given instanceof Error) throw given;
        if (given !== undefined) return given;
        const own = registered.find(
          ({ type, name }) => type === "pulumi:providers:aws" && provider?.includes(`::${name}::`),
        );
        return awsFunction(token, (own?.inputs.region as string | undefined) ?? options.region);
      },
    },
    "project",
    "stack",
  );
  // Pulumi keeps a stack trace of every promise. Finding their lines in the sources would take most of a test's time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const returned = pulumi.output(program());
    const outputs = await new Promise<pulumi.Unwrap<T>>((resolve, reject) => {
      returned.apply((value) => {
        resolve(value);
      });
      (returned as unknown as { promise(): Promise<unknown> }).promise().catch(reject);
    });
    await pulumi.runtime.disconnect();
    return { resources: new Resources(registered), outputs };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The registered resources, with queries. */
export class Resources {
  constructor(readonly all: readonly Registered[]) {}

  ofType(type: string): Registered[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /** The one resource of a type, or of a type and a name. */
  one(type: string, name?: string): Registered {
    const found = this.ofType(type).filter((resource) => name === undefined || resource.name === name);
    if (found.length !== 1 || !found[0]) {
      throw new Error(`${found.length} of ${type} ${name ?? ""}: ${found.map((f) => f.name).join(", ")}`);
    }
    return found[0];
  }
}

/** Small stand-ins for the build's artefacts, in a folder that is removed when the process ends. */
export function placeholderArtefacts(content = "placeholder"): Artefacts {
  const folder = temporaryFolder();
  const file = (name: string) => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  return { layerZip: file("layer.zip"), updaterBundle: file("index.js"), flinkJar: file("flink.jar") };
}
