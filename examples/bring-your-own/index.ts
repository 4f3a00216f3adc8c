/** With streams, a key, a bucket and a provider of one's own, in another region, behind a permissions boundary. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaMemoryOptimizer } from "lambda-memory-optimizer";

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });
const opts = { provider: ireland };

const { accountId } = aws.getCallerIdentityOutput({}, opts);
const key = new aws.kms.Key(
  "data",
  {
    enableKeyRotation: true,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LeaveItToIam",
          Effect: "Allow",
          Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "EncryptLogs",
          Effect: "Allow",
          Principal: { Service: "logs.eu-west-1.amazonaws.com" },
          Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
          Resource: "*",
          Condition: {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:aws:logs:eu-west-1:${accountId}:log-group:*`,
            },
          },
        },
      ],
    }),
  },
  opts,
);
const stream = (name: string) =>
  new aws.kinesis.Stream(name, { shardCount: 2, encryptionType: "KMS", kmsKeyId: key.arn }, opts);
const bucket = new aws.s3.Bucket("artefacts", {}, opts);

const boundary = new aws.iam.Policy("boundary", {
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["dynamodb:*", "kinesis:*", "kms:*", "lambda:*", "logs:*", "s3:Get*", "sqs:*"],
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
    kmsKeyArn: key.arn,
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
