import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommonArgs } from "./common";
import { transformed, type Transform } from "./transform";

export interface ArtefactBucketArgs extends CommonArgs {
  readonly transform?: { readonly bucket?: Transform<aws.s3.BucketArgs> | undefined } | undefined;
}

/** The private, encrypted, versioned bucket that the Flink application's jar is read from. */
export class ArtefactBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly nodes: { readonly bucket: aws.s3.Bucket };

  constructor(name: string, args: ArtefactBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-memory-optimizer:index:ArtefactBucket", name, {}, opts);
    const { region } = args;

    const bucket = new aws.s3.Bucket(
      ...transformed(
        args.transform?.bucket,
        name,
        // It holds nothing but jars that a build makes again, so it need not outlive its stack.
        { forceDestroy: true, region, tags: args.tags },
        { parent: this },
      ),
    );
    const of = { bucket: bucket.bucket, region };
    const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        ...of,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { ...of, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      { ...of, policy: denyPlainHttp(bucket.arn) },
      // S3 refuses two changes of a bucket's access at a time ("OperationAborted").
      { parent: this, dependsOn: publicAccessBlock },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.nodes = { bucket };
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/** Everything for everyone, denied: the one place where a wildcard makes a policy stricter. */
function denyPlainHttp(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
