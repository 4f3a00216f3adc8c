/** The Lambda functions that can run the extension: those whose runtime has Node ("Lambda runtimes"). */
import type * as pulumi from "@pulumi/pulumi";

export const NODE_RUNTIMES = ["nodejs20.x", "nodejs22.x", "nodejs24.x"] as const;

/**
 * Why a function can't carry the extension, as one sentence, or undefined if it can.
 *
 * @param name the function's name, for the sentence.
 * @param runtime such as `nodejs22.x`. One that isn't known yet is accepted.
 */
export function whyNotJoin(
  name: string,
  runtime: pulumi.Input<string | undefined>,
  packageType: pulumi.Input<string | undefined>,
): string | undefined {
  if (packageType === "Image") {
    return `${name} is a container image; only a function with a Node runtime and a zip package can carry the layer.`;
  }
  if (runtime !== undefined && typeof runtime !== "string") return undefined;
  if ((NODE_RUNTIMES as readonly string[]).includes(runtime ?? "")) return undefined;
  return `${name} has the runtime ${JSON.stringify(runtime ?? "")}; the layer needs Node, so it must be one of ${NODE_RUNTIMES.join(", ")}.`;
}
