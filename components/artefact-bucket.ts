import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommonArgs } from "./common";
import { denyPlainHttp } from "./policy";
import { transformed, type Transform } from "./transform";

/** Days that the jar of an earlier build is kept, once an update has deleted it. */
const NONCURRENT_VERSION_DAYS = 30;

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
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { ...of, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        ...of,
        rules: [
          {
            id: "expire-old-builds",
            status: "Enabled",
            filter: {},
            noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_VERSION_DAYS },
            expiration: { expiredObjectDeleteMarker: true },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      // S3 takes a rule about versions only once there are versions.
      { parent: this, dependsOn: versioning },
    );
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      { ...of, policy: denyPlainHttp("s3", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]) },
      // S3 refuses two changes of a bucket's access at a time ("OperationAborted").
      { parent: this, dependsOn: publicAccessBlock },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.nodes = { bucket };
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}
