import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommonArgs } from "./common";
import { denyPlainHttp } from "./policy";
import { transformed, type Transform } from "./transform";

/** How many days an earlier build's jar is kept after an update has deleted it. */
const NONCURRENT_VERSION_DAYS = 30;

/** Changes to the bucket and to the resources that configure it. */
export interface ArtefactBucketTransform {
  readonly bucket?: Transform<aws.s3.BucketArgs> | undefined;
  readonly bucketPublicAccessBlock?: Transform<aws.s3.BucketPublicAccessBlockArgs> | undefined;
  readonly bucketEncryption?: Transform<aws.s3.BucketServerSideEncryptionConfigurationArgs> | undefined;
  readonly bucketVersioning?: Transform<aws.s3.BucketVersioningArgs> | undefined;
  readonly bucketLifecycle?: Transform<aws.s3.BucketLifecycleConfigurationArgs> | undefined;
  readonly bucketPolicy?: Transform<aws.s3.BucketPolicyArgs> | undefined;
}

export interface ArtefactBucketArgs extends CommonArgs {
  readonly transform?: ArtefactBucketTransform | undefined;
}

/** The private, encrypted, versioned bucket that the Flink application's jar is read from. */
export class ArtefactBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** The same as `bucketArn`. */
  readonly arn: pulumi.Output<string>;
  readonly nodes: { readonly bucket: aws.s3.Bucket };

  constructor(name: string, args: ArtefactBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-memory-optimizer:index:ArtefactBucket", name, {}, opts);
    const { region, tags, transform } = args;
    const child = { parent: this };

    const bucket = createBucket();
    const of = { bucket: bucket.bucket, region };
    const publicAccessBlock = createPublicAccessBlock();
    createEncryption();
    const versioning = createVersioning();
    createLifecycle();
    createPolicy();

    this.bucketName = bucket.bucket;
    this.arn = this.bucketArn = bucket.arn;
    this.nodes = { bucket };
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });

    function createBucket() {
      // It holds only jars, which can be built again, so it is deleted with its stack.
      return new aws.s3.Bucket(
        ...transformed<aws.s3.BucketArgs>(
          transform?.bucket,
          name,
          { forceDestroy: true, region, tags },
          child,
        ),
      );
    }

    function createPublicAccessBlock() {
      return new aws.s3.BucketPublicAccessBlock(
        ...transformed<aws.s3.BucketPublicAccessBlockArgs>(
          transform?.bucketPublicAccessBlock,
          `${name}-public-access`,
          {
            ...of,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
          },
          child,
        ),
      );
    }

    function createEncryption() {
      return new aws.s3.BucketServerSideEncryptionConfiguration(
        ...transformed<aws.s3.BucketServerSideEncryptionConfigurationArgs>(
          transform?.bucketEncryption,
          `${name}-encryption`,
          { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
          child,
        ),
      );
    }

    function createVersioning() {
      return new aws.s3.BucketVersioning(
        ...transformed<aws.s3.BucketVersioningArgs>(
          transform?.bucketVersioning,
          `${name}-versioning`,
          { ...of, versioningConfiguration: { status: "Enabled" } },
          child,
        ),
      );
    }

    function createLifecycle() {
      return new aws.s3.BucketLifecycleConfiguration(
        ...transformed<aws.s3.BucketLifecycleConfigurationArgs>(
          transform?.bucketLifecycle,
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
          // S3 accepts a rule about versions only once versioning is enabled.
          { ...child, dependsOn: versioning },
        ),
      );
    }

    function createPolicy() {
      return new aws.s3.BucketPolicy(
        ...transformed<aws.s3.BucketPolicyArgs>(
          transform?.bucketPolicy,
          `${name}-policy`,
          { ...of, policy: denyPlainHttp("s3", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]) },
          // S3 refuses two simultaneous changes to a bucket's access ("OperationAborted").
          { ...child, dependsOn: publicAccessBlock },
        ),
      );
    }
  }
}
