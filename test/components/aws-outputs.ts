/** The outputs that AWS adds to a resource's inputs, as far as the components use them. */

type Inputs = Readonly<Record<string, unknown>>;

/** The service and the resource that the ARN of a type has. A type that isn't here has no ARN. */
const ARN_FORMS: Record<string, (name: string, inputs: Inputs) => [service: string, resource: string]> = {
  "aws:dynamodb/table:Table": (name) => ["dynamodb", `table/${name}`],
  "aws:kms/key:Key": (name) => ["kms", `key/${name}`],
  "aws:kinesis/stream:Stream": (name) => ["kinesis", `stream/${name}`],
  "aws:lambda/layerVersion:LayerVersion": (name) => ["lambda", `layer:${name}:1`],
  "aws:lambda/function:Function": (name) => ["lambda", `function:${name}`],
  "aws:iam/role:Role": (name) => ["iam", `role/${name}`],
  "aws:iam/policy:Policy": (name) => ["iam", `policy/${name}`],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => ["cloudwatch", `alarm:${name}`],
  "aws:cloudwatch/logGroup:LogGroup": (name) => ["logs", `log-group:${name}`],
  "aws:cloudwatch/logStream:LogStream": (name, { logGroupName }) => [
    "logs",
    `log-group:${String(logGroupName)}:log-stream:${name}`,
  ],
  "aws:s3/bucket:Bucket": (name) => ["s3", name],
  "aws:sqs/queue:Queue": (name) => ["sqs", name],
  "aws:kinesisanalyticsv2/application:Application": (name) => ["kinesisanalytics", `application/${name}`],
  "aws:scheduler/schedule:Schedule": (name) => ["scheduler", `schedule/default/${name}`],
};

export const REGION = "eu-central-1";
export const ACCOUNT_ID = "123456789012";

/**
 * What a function of @pulumi/aws returns, as far as the components and the examples call it.
 *
 * @param token such as `aws:index/getRegion:getRegion`.
 * @throws Error for any other function.
 */
export function awsFunction(token: string, region = REGION): Record<string, string> {
  if (token === "aws:index/getRegion:getRegion") return { region };
  if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: ACCOUNT_ID };
  throw new Error(`${token} is not stood in for`);
}

/**
 * @param type such as `aws:kinesis/stream:Stream`.
 * @param name the resource's name in AWS.
 * @param inputs the resource's own.
 */
export function awsOutputs(
  type: string,
  name: string,
  { partition = "aws", region = REGION } = {},
  inputs: Inputs = {},
): Record<string, string> {
  const form = ARN_FORMS[type]?.(name, inputs);
  if (!form) return {};
  const [service, resource] = form;
  const inRegion = service === "s3" || service === "iam" ? "" : region;
  const inAccount = service === "s3" ? "" : ACCOUNT_ID;
  return {
    name,
    arn: `arn:${partition}:${service}:${inRegion}:${inAccount}:${resource}`,
    ...(service === "s3" && { bucket: name }),
    ...(service === "sqs" && { url: `https://sqs.${region}.amazonaws.com/${ACCOUNT_ID}/${name}` }),
  };
}
