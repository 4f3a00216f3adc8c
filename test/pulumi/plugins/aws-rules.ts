/** Checks the order of operations against the account's state at that moment, as AWS would. */
import type { Account, AccountResource } from "./aws-account";

type Inputs = Record<string, unknown>;
type Rule = (inputs: Inputs, account: Account) => string | undefined;

/** Why a resource can't be created or updated yet, by its type. */
export const NEEDS: Record<string, Rule> = {
  "aws:iam/rolePolicy:RolePolicy": (inputs, account) => needs(account, "aws:iam/role:Role", inputs.role),
  "aws:s3/bucketObjectv2:BucketObjectv2": (inputs, account) =>
    needs(account, "aws:s3/bucket:Bucket", inputs.bucket),
  "aws:kinesisanalyticsv2/application:Application": (inputs, account) => {
    const location = at(
      inputs,
      "applicationConfiguration.applicationCodeConfiguration.codeContent.s3ContentLocation",
    );
    const { bucketArn, fileKey } = location as { bucketArn: string; fileKey: string };
    const bucket = bucketArn.replace(/^.*:/, "");
    const jar = ofType(account, "aws:s3/bucketObjectv2:BucketObjectv2").find(
      (each) => each.inputs.bucket === bucket && each.inputs.key === fileKey,
    );
    if (!jar) return `there is no ${fileKey} in ${bucket}`;
    return (
      mayDo(account, inputs.serviceExecutionRole, "s3:GetObject") ??
      mayDo(account, inputs.serviceExecutionRole, "kinesis:GetRecords")
    );
  },
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (inputs, account) =>
    needs(account, "aws:cloudwatch/logGroup:LogGroup", inputs.logGroup) ??
    mayDo(account, inputs.roleArn, "kinesis:PutRecord"),
  "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": (inputs, account) => {
    const { RoleArn } = JSON.parse(String(inputs.policyDocument)) as { RoleArn: string };
    return mayDo(account, RoleArn, "kinesis:PutRecord");
  },
  "aws:lambda/function:Function": (inputs, account) =>
    needs(account, "aws:iam/role:Role", nameOf(inputs.role)),
  "aws:lambda/eventSourceMapping:EventSourceMapping": (inputs, account) => {
    const name = nameOf(inputs.functionName, ":");
    const fn = ofType(account, "aws:lambda/function:Function").find((each) => each.inputs.name === name);
    if (!fn) return `there is no function ${name}`;
    return (
      mayDo(account, fn.inputs.role, "kinesis:GetRecords") ??
      mayDo(account, fn.inputs.role, "sqs:SendMessage")
    );
  },
  "aws:scheduler/schedule:Schedule": (inputs, account) => {
    // A universal target's ARN ends with the call.
    const call = /:aws-sdk:kinesisanalyticsv2:(.)(.+)$/.exec(String(at(inputs, "target.arn")));
    const action = call ? `kinesisanalytics:${call[1]!.toUpperCase()}${call[2]!}` : "kinesis:PutRecord";
    return mayDo(account, at(inputs, "target.roleArn"), action);
  },
};

/** Why a resource can't be deleted yet, by its type. */
export const HOLDS: Record<string, Rule> = {
  "aws:dynamodb/table:Table": ({ name, deletionProtectionEnabled }) =>
    deletionProtectionEnabled === true
      ? `ValidationException: the table ${String(name)} is protected against deletion`
      : undefined,
  "aws:iam/role:Role": ({ name }, account) => {
    const policy = ofType(account, "aws:iam/rolePolicy:RolePolicy").find((each) => each.inputs.role === name);
    return policy && `DeleteConflict: the role still has the policy ${String(policy.inputs.name)}`;
  },
  "aws:s3/bucket:Bucket": ({ bucket, forceDestroy }, account) => {
    const object = ofType(account, "aws:s3/bucketObjectv2:BucketObjectv2").find(
      (each) => each.inputs.bucket === bucket,
    );
    return object && forceDestroy !== true ? "BucketNotEmpty" : undefined;
  },
};

function ofType(account: Account, type: string): AccountResource[] {
  return Object.values(account.resources).filter((resource) => resource.type === type);
}

function needs(account: Account, type: string, name: unknown): string | undefined {
  const key = type.startsWith("aws:s3/") ? "bucket" : "name";
  const found = ofType(account, type).some((resource) => resource.inputs[key] === name);
  return found ? undefined : `there is no ${type} ${String(name)}`;
}

/** Whether the role's policies name the action. AWS checks this when a service assumes the role. */
function mayDo(account: Account, roleArn: unknown, action: string): string | undefined {
  const role = nameOf(roleArn);
  const policies = ofType(account, "aws:iam/rolePolicy:RolePolicy").filter(
    (each) => each.inputs.role === role,
  );
  const may = policies.some(({ inputs }) => String(inputs.policy).includes(`"${action}"`));
  return may ? undefined : `${role} may not ${action}`;
}

function nameOf(arn: unknown, separator = "/"): string {
  return String(arn).split(separator).at(-1) ?? "";
}

function at(inputs: Inputs, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Inputs)[key], inputs);
}
