/** All that the updater may do. */
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import { joinVpc, readStream, useKey, type Statement } from "./policy";
import type { UpdaterArgs } from "./updater";

/** The ARNs of what belongs to the updater itself. */
interface OwnArns {
  readonly logGroup: pulumi.Output<string>;
  readonly deadLetterQueue: pulumi.Input<string>;
}

/**
 * The updater's permissions.
 *
 * @param args what the updater is made from.
 * @param own its own log and queue.
 */
export function updaterStatements(args: UpdaterArgs, own: OwnArns): Statement[] {
  const scope = arnParts(own.logGroup);
  return [
    {
      Sid: "WriteLog",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // The log streams of this one group, which Lambda names.
      Resource: pulumi.interpolate`${own.logGroup}:*`,
    },
    readStream("ReadRecommendations", args.recommendationsStreamArn),
    ...useKey(args.streamsKmsKeyArn, ["kms:Decrypt"]),
    { Sid: "GiveUpRecord", Action: ["sqs:SendMessage"], Resource: own.deadLetterQueue },
    {
      Sid: "ChangeMemory",
      Action: ["lambda:GetFunctionConfiguration", "lambda:UpdateFunctionConfiguration"],
      Resource: (args.functionNames ?? ["*"]).map(
        (pattern) =>
          pulumi.interpolate`arn:${scope.partition}:lambda:${scope.region}:${scope.accountId}:function:${pattern}`,
      ),
      ...(args.functionTag && {
        Condition: {
          StringEquals: { [`aws:ResourceTag/${args.functionTag.key}`]: args.functionTag.value },
        },
      }),
    },
    ...(args.vpc === undefined ? [] : joinVpc(scope)),
  ];
}
