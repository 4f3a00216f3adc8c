/** The program, started the way `pulumi up` starts it. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { settingsOf } from "../../runtime/settings";
import { PROJECT_ROOT } from "./language-host";
import type { Registration } from "./monitor";
import { PROJECT, runProgram } from "./program-run";

const COMPONENT = "lambda-memory-optimizer:index:LambdaMemoryOptimizer";
const APPLICATION = "aws:kinesisanalyticsv2/application:Application";

describe("The program", () => {
  it("deploys the component, everything beneath it, and exports its outputs", async () => {
    const { exitCode, output, registrations, stackOutputs } = await runProgram({}, {});
    assert.equal(exitCode, 0, output);
    const [stack, component, ...children] = registrations;
    assert.equal(stack?.type, "pulumi:pulumi:Stack");
    assert.equal(component?.type, COMPONENT);
    assert.ok(children.length > 30, `${children.length} children`);
    for (const child of children) {
      assert.equal(partsOf(child.parent).types[0], COMPONENT, `${child.name} is a child of ${child.parent}`);
      assert.match(child.name, /^lambda-memory-optimizer-/);
    }
    const urns = registrations.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "two children have the same URN");
    assert.deepEqual(Object.keys(stackOutputs).sort(), [
      "dashboardName",
      "deadLetterQueueUrl",
      "flinkApplicationName",
      "historyTableName",
      "layerArn",
      "producerPolicyArn",
      "recommendationsStreamArn",
      "recommendationsStreamName",
      "telemetryStreamArn",
      "telemetryStreamName",
      "updaterFunctionName",
    ]);
    for (const [name, value] of Object.entries(stackOutputs)) assert.match(String(value), /./, name);
  });

  it("starts the application after its role's policy and its jar, and the updater after its policy", async () => {
    const { registrations } = await runProgram({});
    const dependencies = (type: string) =>
      only(registrations, type).dependencies.map((urn) => partsOf(urn).name);
    const ofApplication = dependencies(APPLICATION);
    assert.ok(ofApplication.includes("lambda-memory-optimizer-flink-role-policy"), ofApplication.join(" "));
    assert.ok(ofApplication.includes("lambda-memory-optimizer-flink-jar"), ofApplication.join(" "));
    for (const type of ["aws:lambda/function:Function", "aws:lambda/eventSourceMapping:EventSourceMapping"]) {
      const names = dependencies(type);
      assert.ok(names.includes("lambda-memory-optimizer-updater-role-policy"), `${type}: ${names.join(" ")}`);
    }
  });

  for (const stack of ["dev", "prod"]) {
    it(`takes the config of Pulumi.${stack}.yaml`, async () => {
      const { config } = parse(fs.readFileSync(path.join(PROJECT_ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
        config: Record<string, unknown>;
      };
      const values = Object.entries(config).map(([key, value]) => [
        key.replace(`${PROJECT}:`, ""),
        String(value),
      ]);
      const { exitCode, output, registrations } = await runProgram(
        Object.fromEntries(values) as Record<string, string>,
      );
      assert.equal(exitCode, 0, output);
      const properties = flinkProperties(only(registrations, APPLICATION));
      const given = settingsOf("flink").filter((key) => config[`${PROJECT}:${key}`] !== undefined);
      assert.ok(given.includes("windowLength"));
      for (const key of given) assert.equal(properties[key], config[`${PROJECT}:${key}`], key);
    });
  }

  it("gives the telemetry stream its shards only if they apply", async () => {
    const theirs = "arn:aws:kinesis:eu-central-1:123456789012:stream/theirs";
    for (const [config, shards] of [
      [{ streamsMode: "PROVISIONED", streamsShards: "2" }, [2, 1]],
      [{ streamsMode: "ON_DEMAND", streamsShards: "2" }, [undefined, 1]],
      [{ streamsTelemetryArn: theirs, streamsShards: "2" }, [1]],
    ] as const) {
      const { exitCode, output, registrations } = await runProgram(config);
      assert.equal(exitCode, 0, output);
      const streams = registrations.filter(({ type }) => type === "aws:kinesis/stream:Stream");
      assert.deepEqual(
        streams.map(({ inputs }) => inputs.shardCount),
        shards,
      );
    }
  });

  for (const [config, sentence] of [
    [{ windowLenght: "7d" }, /^windowLenght is not a config key; the nearest is windowLength\.$/m],
    [
      { flinkParallelism: "1", flinkParallelismPerKPU: "2" },
      /^flinkParallelismPerKPU is 2; it must be at most flinkParallelism, which is 1\.$/m,
    ],
    [{ flinkParallelism: "0" }, /^flinkParallelism is 0; it must be a whole number from 1 to 64\.$/m],
    [
      { updaterFunctionTag: "optimize" },
      /^updaterFunctionTag is "optimize"; it must be of the form key=value\.$/m,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(config)} in one sentence, before it registers anything`, async () => {
      const { exitCode, errors, registrations } = await runProgram(config);
      assert.notEqual(exitCode, 0);
      assert.equal(errors.length, 1);
      assert.match(errors[0]!, sentence);
      assert.deepEqual(
        registrations.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
        [],
      );
    });
  }
});

function only(registrations: readonly Registration[], type: string): Registration {
  const [found, ...others] = registrations.filter((each) => each.type === type);
  if (found === undefined || others.length > 0) throw new Error(`There must be one ${type}.`);
  return found;
}

/** "URNs" in Pulumi's docs: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function partsOf(urn: string): { types: string[]; name: string } {
  const [, , types = "", name = ""] = urn.split("::");
  return { types: types.split("$"), name };
}

/** The properties of the application's only property group. */
function flinkProperties({ inputs }: Registration): Record<string, string> {
  const { applicationConfiguration } = inputs as {
    applicationConfiguration: {
      environmentProperties: { propertyGroups: [{ propertyMap: Record<string, string> }] };
    };
  };
  return applicationConfiguration.environmentProperties.propertyGroups[0].propertyMap;
}
