/** Which AWS region a function is deployed to: a Lambda function can only carry a layer of its own region. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The region that a resource is deployed to: its own `region` argument, or else its provider's region.
 *
 * @param region the resource's `region` argument.
 * @param opts the resource's provider, or the parent that it takes its provider from.
 * @returns undefined if the argument isn't known yet.
 */
export async function knownRegion(
  region: pulumi.Input<string | undefined>,
  opts: Pick<pulumi.CustomResourceOptions, "provider" | "parent">,
): Promise<string | undefined> {
  if (region !== undefined && typeof region !== "string") return undefined;
  const { provider, parent } = opts;
  return (
    region ?? (await aws.getRegion({}, { ...(provider && { provider }), ...(parent && { parent }) })).region
  );
}

/**
 * Why a function can't carry the layer of another region, as one sentence, or undefined if it can.
 *
 * @param name the function's name, for the sentence.
 * @param region the function's region; one that isn't known yet passes.
 * @param layerRegion the layer's region; one that isn't known yet passes.
 * @param purpose what the region is and what it is needed for, as the end of the sentence.
 */
export function whyOtherRegion(
  name: string,
  region: string | undefined,
  layerRegion: string | undefined,
  purpose = "the layer's region, to carry the layer",
): string | undefined {
  if (region === undefined || layerRegion === undefined || region === layerRegion) return undefined;
  return `${name} is in ${region}; it must be in ${layerRegion}, ${purpose}.`;
}
