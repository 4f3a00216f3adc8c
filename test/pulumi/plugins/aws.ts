/** `pulumi-resource-aws` without AWS: the resources that the components use, in an account in a file. */
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import * as provider from "@pulumi/pulumi/provider";
import { awsFunction, awsOutputs } from "../../components/aws-outputs";
import {
  ACCOUNT_FILE,
  AWS_VERSION,
  changeAccount,
  readAccount,
  type Account,
  type AccountEvent,
} from "./aws-account";
import { HOLDS, NEEDS } from "./aws-rules";
import { watchConfiguredRegion } from "./configured-region";
import { endWithEngine } from "./end-with-engine";

type Inputs = Record<string, unknown>;

/** Which input holds a resource's name in AWS, and which inputs AWS can't change on an existing resource. */
const TYPES: Record<string, { name?: string; fixed: string[] }> = {
  "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": {
    name: "policyName",
    fixed: ["policyName", "policyType"],
  },
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": { name: "name", fixed: ["name", "logGroup"] },
  "aws:cloudwatch/dashboard:Dashboard": { name: "dashboardName", fixed: ["dashboardName"] },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { name: "name", fixed: ["name"] },
  "aws:cloudwatch/queryDefinition:QueryDefinition": { name: "name", fixed: [] },
  "aws:cloudwatch/logGroup:LogGroup": { name: "name", fixed: ["name"] },
  "aws:cloudwatch/logStream:LogStream": { name: "name", fixed: ["name", "logGroupName"] },
  "aws:dynamodb/table:Table": { name: "name", fixed: ["name", "hashKey"] },
  "aws:iam/policy:Policy": { name: "name", fixed: ["name", "description"] },
  "aws:iam/role:Role": { name: "name", fixed: ["name"] },
  "aws:iam/rolePolicy:RolePolicy": { name: "name", fixed: ["name", "role"] },
  "aws:kinesis/stream:Stream": { name: "name", fixed: ["name"] },
  "aws:kms/key:Key": { fixed: [] },
  "aws:kinesisanalyticsv2/application:Application": {
    name: "name",
    fixed: ["name", "description"],
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { fixed: ["eventSourceArn", "startingPosition"] },
  "aws:lambda/function:Function": { name: "name", fixed: ["name"] },
  "aws:lambda/layerVersion:LayerVersion": {
    name: "layerName",
    fixed: ["layerName", "code", "compatibleRuntimes"],
  },
  "aws:s3/bucket:Bucket": { name: "bucket", fixed: ["bucket"] },
  "aws:s3/bucketObjectv2:BucketObjectv2": { fixed: ["bucket", "key"] },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { fixed: ["bucket"] },
  "aws:s3/bucketPolicy:BucketPolicy": { fixed: ["bucket"] },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { fixed: ["bucket"] },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    fixed: ["bucket"],
  },
  "aws:s3/bucketVersioning:BucketVersioning": { fixed: ["bucket"] },
  "aws:scheduler/schedule:Schedule": { name: "name", fixed: ["name"] },
  "aws:sqs/queue:Queue": { name: "name", fixed: ["name"] },
  "aws:sqs/queuePolicy:QueuePolicy": { fixed: ["queueUrl"] },
};

const configuredRegion = watchConfiguredRegion();
const accountFile = process.env[ACCOUNT_FILE] ?? "";

const aws: provider.Provider = {
  version: AWS_VERSION,

  invoke: (token) => Promise.resolve({ outputs: awsFunction(token, configuredRegion()) }),

  check: (urn, olds: Inputs, news: Inputs) => {
    const { type, name } = parse(urn);
    const shape = TYPES[type];
    if (!shape)
      return Promise.resolve({ failures: [{ property: "", reason: `${type} is not stood in for` }] });
    const nameKey = shape.name;
    if (nameKey === undefined || news[nameKey] !== undefined) return Promise.resolve({ inputs: news });
    const physical = olds[nameKey] ?? `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    return Promise.resolve({ inputs: { ...news, [nameKey]: physical } });
  },

  diff: (_id, urn, olds: Inputs, news: Inputs) => {
    const { inputs: oldInputs } = olds as { inputs: Inputs };
    const keys = new Set([...Object.keys(oldInputs), ...Object.keys(news)]);
    const changed = [...keys].filter(
      (key) => !isDeepStrictEqual(content(oldInputs[key]), content(news[key])),
    );
    const replaces = changed.filter((key) => TYPES[parse(urn).type]?.fixed.includes(key));
    return Promise.resolve({ changes: changed.length > 0, replaces });
  },

  create: async (urn, inputs: Inputs) => {
    const { type, name } = parse(urn);
    // IAM is slow. Without this, a resource that doesn't wait for the policy could find it by luck.
    if (type === "aws:iam/rolePolicy:RolePolicy") await setTimeout(300);
    const id = `${type.split(":").at(-1) ?? ""}/${physicalName(type, name, inputs)}/${randomBytes(4).toString("hex")}`;
    change("create", type, id, (account) => {
      refuse(NEEDS[type]?.(inputs, account));
      account.resources[id] = { type, inputs };
    });
    return { id, outs: outputs(type, name, inputs) };
  },

  read: (id, urn) => {
    const { type, name } = parse(urn);
    const resource = readAccount(accountFile).resources[id];
    if (!resource) return Promise.resolve({});
    return Promise.resolve({ id, props: outputs(type, name, resource.inputs), inputs: resource.inputs });
  },

  update: (id, urn, _olds, news: Inputs) => {
    const { type, name } = parse(urn);
    change("update", type, id, (account) => {
      refuse(NEEDS[type]?.(news, account));
      account.resources[id] = { type, inputs: news };
    });
    return Promise.resolve({ outs: outputs(type, name, news) });
  },

  delete: (id, urn, props: Inputs) => {
    const { type } = parse(urn);
    change("delete", type, id, (account) => {
      refuse(HOLDS[type]?.((props as { inputs: Inputs }).inputs, account));
      // Like the real provider, leave it in AWS when the stack forgets it.
      if (props.skipDestroy !== true) Reflect.deleteProperty(account.resources, id);
    });
    return Promise.resolve();
  },
};

function change(
  action: AccountEvent["action"],
  type: string,
  id: string,
  apply: (account: Account) => void,
): void {
  changeAccount(accountFile, (account) => {
    apply(account);
    account.events.push({ action, type, id });
  });
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}

/** Includes `inputs`, so that a later diff can distinguish a removed input from one that never existed. */
function outputs(type: string, name: string, inputs: Inputs): Inputs {
  const region = typeof inputs.region === "string" ? inputs.region : configuredRegion();
  return { ...inputs, ...awsOutputs(type, physicalName(type, name, inputs), { region }, inputs), inputs };
}

function physicalName(type: string, name: string, inputs: Inputs): string {
  const nameKey = TYPES[type]?.name;
  return nameKey === undefined ? name : String(inputs[nameKey]);
}

/** An asset counts by its content, not by its path. */
function content(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(content);
  if (typeof value !== "object" || value === null) return value;
  const { hash } = value as { hash?: string };
  if (ASSET_SIGNATURE in value && hash !== undefined && hash !== "") return { hash };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, content(each)]));
}

const ASSET_SIGNATURE = "4dabf18193072939515e22adb298388d";

function parse(urn: string): { type: string; name: string } {
  const [, , types = "", name = ""] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name };
}

endWithEngine();
void provider.main(aws, process.argv.slice(2));
