/** With streams, a key, a bucket and a provider of one's own, in another region, behind a permissions boundary. */
import * as aws from "@pulumi/aws";
import { LambdaMemoryOptimizer } from "lambda-memory-optimizer";

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });
const opts = { provider: ireland };

const key = new aws.kms.Key("telemetry", { enableKeyRotation: true }, opts);
const stream = (name: string) =>
  new aws.kinesis.Stream(name, { shardCount: 2, encryptionType: "KMS", kmsKeyId: key.arn }, opts);
const bucket = new aws.s3.Bucket("artefacts", {}, opts);

const boundary = new aws.iam.Policy("boundary", {
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["kinesis:*", "lambda:*", "logs:*", "s3:Get*", "sqs:*", "kms:*"],
        Resource: "*",
      },
    ],
  },
});

const optimizer = new LambdaMemoryOptimizer(
  "optimizer",
  {
    streams: {
      telemetryArn: stream("telemetry").arn,
      recommendationsArn: stream("recommendations").arn,
      kmsKeyArn: key.arn,
    },
    flink: { parallelism: 2 },
    artefactBucketName: bucket.bucket,
    permissionsBoundary: boundary.arn,
    transform: {
      // The escape hatch: any child's arguments and options.
      flink: {
        application: (_args, options) => {
          options.protect = true;
        },
      },
    },
  },
  opts,
);

export const { flinkApplicationName, deadLetterQueueUrl } = optimizer.outputs;
