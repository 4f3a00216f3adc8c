/** Everything that the updater may do. */
import * as pulumi from "@pulumi/pulumi";
import { FUNCTION_ARN_PATTERN } from "../runtime/function-arns";
import { SettingError, type Settings } from "../runtime/settings";
import { arnParts, type ArnParts } from "./arn";
import { joinVpc, readStream, useKey, type Statement } from "./policy";
import type { FunctionTag } from "./function-tag";

const FUNCTION_ARNS = new RegExp(`^${FUNCTION_ARN_PATTERN}$`);

/** The arguments that determine the permissions. */
interface Access {
  readonly settings: Pick<Settings, "aliasName" | "allowedFunctionArns" | "excludedFunctionArns">;
  readonly functionTag?: FunctionTag | undefined;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  /** The telemetry stream, if the updater reads it. */
  readonly telemetryArn?: pulumi.Input<string> | undefined;
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** The key of the queue and the table. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /** If given, the updater may manage network interfaces. */
  readonly vpc?: object | undefined;
}

/** The ARNs of the updater's own resources. */
interface OwnArns {
  readonly logGroup: pulumi.Output<string>;
  readonly deadLetterQueue: pulumi.Input<string>;
  readonly historyTable: pulumi.Input<string>;
}

/**
 * The updater's permissions.
 *
 * @param args what the updater reads, changes and decrypts, and whether it runs in a VPC.
 * @param own its own log and queue.
 */
export function updaterStatements(args: Access, own: OwnArns): Statement[] {
  const scope = arnParts(own.logGroup);
  const publishes = args.settings.aliasName !== "";
  const functions = functionArns(args.settings.allowedFunctionArns, scope);
  const reads = ["lambda:GetFunction", "lambda:ListTags", ...(publishes ? ["lambda:GetAlias"] : [])];
  const changes = [
    "lambda:UpdateFunctionConfiguration",
    ...(publishes ? ["lambda:PublishVersion", "lambda:UpdateAlias"] : []),
  ];
  return [
    {
      Sid: "WriteLog",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // The log streams of this one group. Lambda chooses their names.
      Resource: pulumi.interpolate`${own.logGroup}:*`,
    },
    readStream("ReadRecommendations", args.recommendationsStreamArn),
    ...(args.telemetryArn === undefined ? [] : [readStream("ReadTelemetry", args.telemetryArn)]),
    ...useKey("UseStreamKey", args.streamsKmsKeyArn, ["kms:Decrypt"]),
    // The queue needs both ("Key management", Amazon SQS Developer Guide), the table the first.
    ...useKey("UseKey", args.kmsKeyArn, ["kms:Decrypt", "kms:GenerateDataKey"]),
    { Sid: "GiveUpRecord", Action: ["sqs:SendMessage"], Resource: own.deadLetterQueue },
    {
      Sid: "RememberChanges",
      // The rollback of all functions finds them by Scan.
      Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"],
      Resource: own.historyTable,
    },
    {
      Sid: "ReadFunctions",
      Action: reads,
      Resource: functions,
    },
    {
      Sid: "ChangeMemory",
      Action: changes,
      Resource: functions,
      ...(args.functionTag && {
        Condition: {
          StringEquals: { [`aws:ResourceTag/${args.functionTag.key}`]: args.functionTag.value },
        },
      }),
    },
    ...(args.settings.excludedFunctionArns === ""
      ? []
      : [
          {
            Sid: "LeaveExcludedFunctions",
            Effect: "Deny" as const,
            Action: [...reads, ...changes],
            Resource: functionArns(args.settings.excludedFunctionArns, scope),
          },
        ]),
    ...(args.vpc === undefined ? [] : joinVpc(scope)),
  ];
}

/** Rejects patterns that IAM would refuse as a resource, or that match more than functions. */
export function checkFunctionArns(settings: Access["settings"]): void {
  checkPatterns("allowedFunctionArns", settings.allowedFunctionArns);
  if (settings.excludedFunctionArns !== "") {
    checkPatterns("excludedFunctionArns", settings.excludedFunctionArns);
  }
}

/** @param patterns `*`, or ARNs with wildcards, separated by commas. */
function checkPatterns(key: string, patterns: string): void {
  for (const pattern of patterns.split(",")) {
    if (pattern !== "*" && !FUNCTION_ARNS.test(pattern)) {
      throw new SettingError(
        `${key} holds ${JSON.stringify(pattern)}; it must be * or of the form arn:aws:lambda:<region>:<account>:function:<name>, where * and ? may stand in.`,
      );
    }
  }
}

/** Each function, with its versions and aliases. `*` means all functions in the updater's account and region. */
function functionArns(patterns: string, scope: pulumi.Output<ArnParts>): pulumi.Output<string>[] {
  return patterns
    .split(",")
    .map((pattern) =>
      pattern === "*"
        ? pulumi.interpolate`arn:${scope.partition}:lambda:${scope.region}:${scope.accountId}:function:*`
        : pulumi.output(pattern),
    )
    .flatMap((arn) => [arn, pulumi.interpolate`${arn}:*`]);
}
