/** Everything that the Flink application may do. */
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "./arn";
import { joinVpc, readStream, useKey, writeStream, type Statement } from "./policy";

/** The prefix of the keys of all builds of the application's jar. */
export const JAR_KEY_PREFIX = "lambda-memory-optimizer-flink-";

/** The arguments that determine the permissions. */
interface Access {
  readonly telemetryStreamArn: pulumi.Input<string>;
  readonly recommendationsStreamArn: pulumi.Input<string>;
  readonly logsStreamArn?: pulumi.Input<string> | undefined;
  readonly streamsKmsKeyArn?: pulumi.Input<string> | undefined;
  /** If given, the application may manage network interfaces. */
  readonly vpc?: object | undefined;
}

/** The ARNs of the application's own resources. */
interface OwnArns {
  readonly bucket: pulumi.Input<string>;
  readonly logGroup: pulumi.Output<string>;
  readonly logStream: pulumi.Input<string>;
}

/**
 * The application's permissions, as "IAM permissions required for Managed Service for Apache Flink" names them.
 *
 * @param args what the application reads, writes and decrypts, and whether it runs in a VPC.
 * @param own its own bucket and log.
 */
export function roleStatements(args: Access, own: OwnArns): Statement[] {
  const scope = arnParts(own.logGroup);
  return [
    {
      Sid: "ReadCode",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      // Every build of this jar: with the one key alone, new code could be there before the right to read it.
      Resource: pulumi.interpolate`${own.bucket}/${JAR_KEY_PREFIX}*.jar`,
    },
    readStream("ReadTelemetry", args.telemetryStreamArn),
    ...(args.logsStreamArn === undefined ? [] : [readStream("ReadLogs", args.logsStreamArn)]),
    writeStream("WriteRecommendations", args.recommendationsStreamArn, ["kinesis:PutRecords"]),
    ...useKey("UseStreamKey", args.streamsKmsKeyArn, ["kms:Decrypt", "kms:GenerateDataKey"]),
    {
      Sid: "FindLogGroup",
      Action: ["logs:DescribeLogGroups"],
      // Listing log groups takes no narrower resource than all of the account's in this region.
      Resource: pulumi.interpolate`arn:${scope.partition}:logs:${scope.region}:${scope.accountId}:log-group:*`,
    },
    {
      Sid: "FindLogStream",
      Action: ["logs:DescribeLogStreams"],
      // The log streams of this one group.
      Resource: pulumi.interpolate`${own.logGroup}:log-stream:*`,
    },
    { Sid: "WriteLog", Action: ["logs:PutLogEvents"], Resource: own.logStream },
    ...(args.vpc === undefined ? [] : joinVpc(scope)),
  ];
}
