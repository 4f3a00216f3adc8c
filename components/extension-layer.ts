import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommonArgs } from "./common";
import { NODE_RUNTIMES } from "./node-runtimes";
import { transformed, type Transform } from "./transform";

export interface ExtensionLayerArgs extends Pick<CommonArgs, "region"> {
  /** Path of the layer's zip. It must be a zip, because Pulumi would drop the executable bits of a folder's files. */
  readonly layerZip: string;
  readonly transform?: { readonly layer?: Transform<aws.lambda.LayerVersionArgs> | undefined } | undefined;
}

/** The Lambda layer that holds the Telemetry API extension. */
export class ExtensionLayer extends pulumi.ComponentResource {
  /** ARN of the layer version, for a function's `layers`. */
  readonly layerArn: pulumi.Output<string>;
  readonly nodes: { readonly layer: aws.lambda.LayerVersion };

  constructor(name: string, args: ExtensionLayerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-memory-optimizer:index:ExtensionLayer", name, {}, opts);

    const layer = new aws.lambda.LayerVersion(
      ...transformed(
        args.transform?.layer,
        name,
        {
          // The stack's name keeps the layers of several stacks in one account apart.
          layerName: `${name}-${pulumi.getStack()}`,
          description: "Reports the memory that a function really uses, for lambda-memory-optimizer",
          code: new pulumi.asset.FileArchive(args.layerZip),
          compatibleArchitectures: ["x86_64", "arm64"],
          compatibleRuntimes: [...NODE_RUNTIMES],
          // A function that has an old version of the layer couldn't be updated if that version were deleted.
          skipDestroy: true,
          region: args.region,
        },
        { parent: this },
      ),
    );

    this.layerArn = layer.arn;
    this.nodes = { layer };
    this.registerOutputs({ layerArn: this.layerArn });
  }
}
