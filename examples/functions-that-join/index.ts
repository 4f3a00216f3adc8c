/** Functions of a program's own that join: by the layer, or by their logs, one by hand and others by their names. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LambdaMemoryOptimizer } from "lambda-memory-optimizer";

const optimizer = new LambdaMemoryOptimizer("optimizer", {
  windowLength: "7d",
  allowedFunctionArns: "arn:aws:lambda:*:*:function:orders-*,arn:aws:lambda:*:*:function:billing-*",
  logs: { enabled: true },
  tags: { team: "shop" },
});

const role = new aws.iam.Role("functions", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});

const code = new pulumi.asset.AssetArchive({
  "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 'done';"),
});

// By hand: `join` takes a function's arguments, and returns them with the layer.
const orders = new aws.lambda.Function(
  ...optimizer.join("orders", {
    runtime: "nodejs22.x",
    handler: "index.handler",
    role: role.arn,
    code,
    memorySize: 1024, // the size that it starts with; from the first recommendation on, the optimizer changes it
  }),
);

// By name: every function that the stack registers from here on.
pulumi.runtime.registerResourceTransform(optimizer.joinAll(({ name }) => name.startsWith("billing-")));

const billing = new aws.lambda.Function("billing-nightly", {
  runtime: "nodejs22.x",
  handler: "index.handler",
  role: role.arn,
  code,
});

// By their logs, in any language: an existing log group, and functions chosen by their names.
optimizer.subscribe("invoices", "/aws/lambda/invoices");
pulumi.runtime.registerResourceTransform(optimizer.subscribeAll(({ name }) => name.startsWith("search-")));

const search = new aws.lambda.Function("search-index", {
  runtime: "python3.13",
  handler: "index.handler",
  role: role.arn,
  code,
  loggingConfig: { logFormat: "Text", logGroup: new aws.cloudwatch.LogGroup("search-index").name },
});

export const functionNames = [orders.name, billing.name, search.name];
