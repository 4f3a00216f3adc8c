/** The recipes in docs/joining.md for functions that carry the layer and are deployed by another tool. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as vm from "node:vm";
import { parse as parseYaml } from "yaml";
import { layerEnvironment } from "../../components/join";
import { LANGUAGES, whyNoLanguages } from "../../scripts/pulumi-languages";
import { temporaryFolder } from "../support/temporary-folder";
import { PROJECT_ROOT } from "./language-host";

const load = createRequire(__filename);
/** The package's own declarations would add browser types to the whole project. */
const { parse: parseHcl } = load("@cdktn/hcl2json") as {
  parse: (file: string, text: string) => Promise<unknown>;
};
/** Type checks and lint would need another two gigabytes for the CDK's own declarations. */
const cdk = load("aws-cdk-lib") as {
  App: new () => object;
  Stack: new (app: object, name: string) => object;
};
const { Template } = load("aws-cdk-lib/assertions") as {
  Template: {
    fromStack: (stack: object) => {
      hasResourceProperties: (type: string, properties: object) => void;
      findResources: (type: string) => Record<string, unknown>;
    };
  };
};
const iam = load("aws-cdk-lib/aws-iam") as object;
const lambda = load("aws-cdk-lib/aws-lambda") as { Code: { fromInline: (code: string) => object } };

const PAGE = fs.readFileSync(path.join(PROJECT_ROOT, "docs/joining.md"), "utf8");
const [, SECTION = ""] = /^## By the layer, with another tool\n([^]*?)^## /m.exec(PAGE) ?? [];
const PARAMETERS = ["LayerArn", "TelemetryStreamArn", "ProducerPolicyArn"];
/** The values that `join` would set. */
const [VARIABLE = ""] = Object.keys(layerEnvironment({ layerArn: "", telemetryStreamArn: "" }));

describe("The recipes for the layer in docs/joining.md", () => {
  it("join as the component does, with Terraform", async () => {
    const { resource } = (await parseHcl("orders.tf", block("hcl"))) as { resource: Record<string, unknown> };
    const { aws_lambda_function: functions, aws_iam_role_policy_attachment: attachments } =
      resource as Record<string, Record<string, Record<string, unknown>[]>>;
    const [orders] = functions!.orders!;
    assert.deepEqual(orders!.layers, ["${var.layer_arn}"]);
    assert.deepEqual(orders!.environment, [{ variables: { [VARIABLE]: "${var.telemetry_stream_arn}" } }]);
    assert.deepEqual(orders!.lifecycle, [{ ignore_changes: ["${memory_size}"] }]);
    assert.equal(attachments!.orders_telemetry![0]!.policy_arn, "${var.producer_policy_arn}");
  });

  it("join as the component does, with the CDK", () => {
    const stack = new cdk.Stack(new cdk.App(), "Stack");
    vm.runInNewContext(block("ts"), {
      ...{ iam, lambda, stack, code: lambda.Code.fromInline("exports.handler = () => {};") },
      layerArn: arn("lambda:eu-central-1:123456789012:layer:optimizer:1"),
      telemetryStreamArn: arn("kinesis:eu-central-1:123456789012:stream/telemetry"),
      producerPolicyArn: arn("iam::123456789012:policy/producer"),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Layers: [arn("lambda:eu-central-1:123456789012:layer:optimizer:1")],
      Environment: {
        Variables: { [VARIABLE]: arn("kinesis:eu-central-1:123456789012:stream/telemetry") },
      },
    });
    const [role] = Object.values(template.findResources("AWS::IAM::Role")) as {
      Properties: { ManagedPolicyArns: unknown[] };
    }[];
    assert.ok(role!.Properties.ManagedPolicyArns.includes(arn("iam::123456789012:policy/producer")));
  });

  it("join as the component does, with SAM", () => {
    const { Resources } = parseYaml(block("yaml"), { customTags: [REFERENCE] }) as {
      Resources: { Orders: { Properties: Record<string, unknown> } };
    };
    const { Layers, Environment, Policies, MemorySize } = Resources.Orders.Properties;
    assert.deepEqual(Layers, ["!LayerArn"]);
    assert.deepEqual(Environment, { Variables: { [VARIABLE]: "!TelemetryStreamArn" } });
    assert.deepEqual(Policies, ["!ProducerPolicyArn"]);
    assert.equal(MemorySize, undefined);
  });

  it("join as the component does, with the Serverless Framework", () => {
    const { provider, functions } = parseYaml(block("yaml", 1)) as {
      provider: { iam: { role: { managedPolicies: string[] } } };
      functions: { orders: Record<string, unknown> };
    };
    assert.deepEqual(provider.iam.role.managedPolicies, ["${param:producerPolicyArn}"]);
    assert.deepEqual(functions.orders.layers, ["${param:layerArn}"]);
    assert.deepEqual(functions.orders.environment, { [VARIABLE]: "${param:telemetryStreamArn}" });
    assert.equal(functions.orders.memorySize, undefined);
  });

  it("are templates that pass cfn-lint", function () {
    const problem = whyNoLanguages("cfnLint");
    if (problem !== undefined) {
      console.log(`      skipped: ${problem}`);
      this.skip();
    }
    const [, subscription = ""] = /^```yaml\n([^]*?)^```$/m.exec(PAGE) ?? [];
    const subscriptionFile = template(["LogsStreamArn", "LogsRoleArn"], subscription);
    for (const file of [template(PARAMETERS, block("yaml")), subscriptionFile]) {
      execFileSync(LANGUAGES.cfnLint, ["--regions", "eu-central-1", "--", file], { encoding: "utf8" });
    }
  });
});

const REFERENCE = { tag: "!Ref", resolve: (name: string) => `!${name}` };

/** The section's nth block in a language. */
function block(language: string, index = 0): string {
  const blocks = [...SECTION.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))];
  return blocks[index]![1]!;
}

function arn(rest: string): string {
  return `arn:aws:${rest}`;
}

/** A recipe as a whole template, in a file. */
function template(parameters: readonly string[], recipe: string): string {
  const file = path.join(temporaryFolder(), "template.yaml");
  fs.mkdirSync(path.join(path.dirname(file), "orders"));
  const declared = parameters.map((name) => `  ${name}:\n    Type: String\n`).join("");
  fs.writeFileSync(file, `Transform: AWS::Serverless-2016-10-31\nParameters:\n${declared}${recipe}`);
  return file;
}
