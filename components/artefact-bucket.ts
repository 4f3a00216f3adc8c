import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CommonArgs } from "./common";
import { denyPlainHttp } from "./policy";
import { transformed, type Transform } from "./transform";

/** Days that the jar of an earlier build is kept, once an update has deleted it. */
const NONCURRENT_VERSION_DAYS = 30;

/** Changes to the bucket, and to the resources that complete it. */
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
    this.bucketArn = bucket.arn;
    this.nodes = { bucket };
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });

    function createBucket() {
      // It holds nothing but jars that a build makes again, so it need not outlive its stack.
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
          // S3 takes a rule about versions only once there are versions.
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
          // S3 refuses two changes of a bucket's access at a time ("OperationAborted").
          { ...child, dependsOn: publicAccessBlock },
        ),
      );
    }
  }
}
