/** Sets or removes the tag with which a function's owner opts out. */
import { GetFunctionCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-lambda";
import { OWNERS_TAG } from "../runtime/updater/eligibility";
import { Aws } from "./aws";
import { confirmed } from "./confirm";
import type { ChangeOptions } from "./options";

interface Tagged {
  readonly functionName: string;
  readonly functionArn: string;
  readonly now: string | undefined;
}

/** @param value undefined removes the tag. */
export async function setOwnersTag(
  value: "off" | "recommend" | undefined,
  functionNames: readonly string[],
  options: ChangeOptions,
): Promise<void> {
  const aws = await Aws.connect(options);
  const functions: Tagged[] = [];
  for (const functionName of new Set(functionNames)) functions.push(await tagOf(functionName, aws));
  const toChange = functions.filter(({ now }) => now !== value);
  const told = (tag: string | undefined) => tag ?? "no tag";
  const plan = toChange.map(
    ({ functionName, now }) => `${functionName}: ${OWNERS_TAG} = ${told(now)} → ${told(value)}`,
  );
  if (!(await confirmed(plan, value === undefined ? "include" : "exclude", options))) return;
  for (const { functionName, functionArn: Resource } of toChange) {
    const resource = `function ${functionName}`;
    if (value === undefined) {
      const command = new UntagResourceCommand({ Resource, TagKeys: [OWNERS_TAG] });
      await aws.call("lambda:UntagResource", resource, () => aws.lambda.send(command));
    } else {
      const command = new TagResourceCommand({ Resource, Tags: { [OWNERS_TAG]: value } });
      await aws.call("lambda:TagResource", resource, () => aws.lambda.send(command));
    }
    console.log(
      `${functionName}: ${value === undefined ? "included" : value === "off" ? "excluded" : "only gets recommendations"}`,
    );
  }
}

async function tagOf(functionName: string, aws: Aws): Promise<Tagged> {
  const { Configuration, Tags } = await aws.call("lambda:GetFunction", `function ${functionName}`, () =>
    aws.lambda.send(new GetFunctionCommand({ FunctionName: functionName })),
  );
  return { functionName, functionArn: Configuration?.FunctionArn ?? "", now: Tags?.[OWNERS_TAG] };
}
