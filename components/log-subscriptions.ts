import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPORT_FILTER_PATTERN } from "../runtime/log-groups";
import { SettingError } from "../runtime/settings";
import type { CommonArgs } from "./common";
import { checkLogs } from "./logs-config";
import type { LogsStream } from "./logs-stream";
import type { LogsConfig } from "./settings-args";
import { transformed, type Transform } from "./transform";

/** Changes to the subscriptions. */
export interface LogSubscriptionsTransform {
  readonly subscription?: Transform<aws.cloudwatch.LogSubscriptionFilterArgs> | undefined;
  readonly accountPolicy?: Transform<aws.cloudwatch.LogAccountPolicyArgs> | undefined;
}

export interface LogSubscriptionsArgs
  extends Pick<CommonArgs, "region">, Pick<LogsConfig, "groups" | "account" | "exceptGroups"> {
  readonly logsStream: LogsStream;
  /**
   * The names of the optimizer's own log groups. Their lines must never be sent, because the delivery would feed
   * itself.
   */
  readonly ownLogGroups: readonly pulumi.Input<string>[];
  readonly transform?: LogSubscriptionsTransform | undefined;
}

/** The subscriptions that make CloudWatch Logs send functions' reports, and only these, to the logs stream. */
export class LogSubscriptions extends pulumi.ComponentResource {
  readonly nodes: {
    /** The subscriptions by log group. */
    readonly subscriptions: ReadonlyMap<string, aws.cloudwatch.LogSubscriptionFilter>;
    /** Undefined unless the whole account is covered. */
    readonly accountPolicy: aws.cloudwatch.LogAccountPolicy | undefined;
  };

  readonly #args: LogSubscriptionsArgs;

  constructor(name: string, args: LogSubscriptionsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { groups = [], account, exceptGroups = [], logsStream, ownLogGroups, region, transform } = args;
    checkLogs({ groups, account, exceptGroups });
    super("lambda-memory-optimizer:index:LogSubscriptions", name, {}, opts);
    this.#args = args;

    const child = { parent: this };
    this.nodes = {
      subscriptions: new Map(groups.map((group) => [group, this.#create(`${name}-${group}`, group, child)])),
      accountPolicy: account === true ? createAccountPolicy() : undefined,
    };
    this.registerOutputs({});

    /** An account has one in each region. */
    function createAccountPolicy() {
      const leftOut = pulumi
        .all([...ownLogGroups, ...exceptGroups])
        .apply((names) => [...new Set(names)].map((each) => JSON.stringify(each)).join(", "));
      return new aws.cloudwatch.LogAccountPolicy(
        ...transformed<aws.cloudwatch.LogAccountPolicyArgs>(
          transform?.accountPolicy,
          `${name}-account`,
          {
            policyName: name,
            policyType: "SUBSCRIPTION_FILTER_POLICY",
            scope: "ALL",
            policyDocument: pulumi.jsonStringify({
              DestinationArn: logsStream.streamArn,
              RoleArn: logsStream.roleArn,
              FilterPattern: REPORT_FILTER_PATTERN,
              Distribution: "ByLogStream",
            }),
            selectionCriteria: pulumi.interpolate`LogGroupName NOT IN [${leftOut}]`,
            region,
          },
          { ...child, dependsOn: rights(logsStream) },
        ),
      );
    }
  }

  /**
   * Subscribes to one log group.
   *
   * @param name the resource's name.
   * @param logGroup the log group's name; the group must exist.
   * @throws SettingError if a policy covers the whole account, because each line would come twice. For a log group of
   *   the optimizer's own, the registration fails.
   */
  subscribe(
    name: string,
    logGroup: pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
  ): aws.cloudwatch.LogSubscriptionFilter {
    if (this.#args.account === true) {
      throw new SettingError(
        `${name} subscribes to a log group that logs.account already covers; leave the subscription out, or its lines come twice.`,
      );
    }
    return this.#create(name, logGroup, { parent: this, ...opts });
  }

  #create(name: string, logGroup: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    const { logsStream, ownLogGroups, region, transform } = this.#args;
    return new aws.cloudwatch.LogSubscriptionFilter(
      ...transformed<aws.cloudwatch.LogSubscriptionFilterArgs>(
        transform?.subscription,
        name,
        {
          logGroup: pulumi.all([logGroup, pulumi.all([...ownLogGroups])]).apply(([group, own]) => {
            if (!own.includes(group)) return group;
            throw new SettingError(
              `${name} subscribes to ${group}; it must not be a log group of the optimizer's own, whose lines would come back to it.`,
            );
          }),
          filterPattern: REPORT_FILTER_PATTERN,
          destinationArn: logsStream.streamArn,
          roleArn: logsStream.roleArn,
          // Keeps a log stream's lines in order.
          distribution: "ByLogStream",
          region,
        },
        { ...opts, dependsOn: rights(logsStream) },
      ),
    );
  }
}

/** CloudWatch Logs tests the role's permissions when the subscription is created. */
function rights({ nodes }: LogsStream): pulumi.Resource[] {
  return nodes.rolePolicy === undefined ? [] : [nodes.rolePolicy];
}
