/** A deployment as the commands see it: the histories of its functions, and its updater. */
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { Progress } from "../local/progress";
import { suggestion } from "../runtime/nearest";
import type { AskedCommand, CommandAnswer } from "../runtime/updater/command";
import { readHistory, type History } from "../runtime/updater/history-item";
import { Aws } from "./aws";
import { Failure } from "./failure";
import type { ConnectionOptions } from "./options";
import { findHistoryTable, findUpdater, updaterEnvironment } from "./parts";

export class Fleet {
  readonly progress = new Progress();
  private updater: Promise<string> | undefined;

  private constructor(
    readonly aws: Aws,
    readonly table: string,
    private readonly options: ConnectionOptions,
  ) {}

  static async open(options: ConnectionOptions): Promise<Fleet> {
    const aws = await Aws.connect(options);
    return new Fleet(aws, await findHistoryTable(aws, options), options);
  }

  /** Every function's history, in no order. An item that is none is left out, and told of. */
  async histories(): Promise<History[]> {
    const histories: History[] = [];
    const unreadable: string[] = [];
    const paginator = paginateScan({ client: this.aws.documents }, { TableName: this.table });
    for await (const { Items = [] } of this.aws.pages("dynamodb:Scan", `table ${this.table}`, paginator)) {
      for (const item of Items) {
        try {
          histories.push(readHistory(item));
        } catch {
          unreadable.push(String(item.functionName));
        }
      }
      this.progress.sayNowAndThen(() => `functions read: ${histories.length.toLocaleString("en-US")}`);
    }
    if (unreadable.length > 0) {
      this.progress.say(`Left out, since their items are no histories: ${unreadable.join(", ")}.`);
    }
    return histories;
  }

  /** @throws Failure with the nearest names where the function has no history. */
  async history(functionName: string): Promise<History> {
    const history = await this.historyIfAny(functionName);
    if (history) return history;
    const names = (await this.histories()).map((one) => one.functionName);
    const told = suggestion(functionName, names, `"status" lists the ${names.length} that there are`);
    throw new Failure(`The history has no function ${functionName}${told}`);
  }

  async historyIfAny(functionName: string): Promise<History | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: { functionName }, ConsistentRead: true });
    const { Item } = await this.aws.call("dynamodb:GetItem", `table ${this.table}`, () =>
      this.aws.documents.send(command),
    );
    if (Item === undefined) return undefined;
    try {
      return readHistory(Item);
    } catch {
      throw new Failure(
        `The item of ${functionName} in ${this.table} is no history; see that --history-table is the right one.`,
      );
    }
  }

  /** Has the updater carry out a command. Asked again, it does nothing twice. */
  async ask(command: AskedCommand): Promise<CommandAnswer> {
    const updater = await this.updaterName();
    const { FunctionError, Payload } = await this.aws.call(
      "lambda:InvokeFunction",
      `function ${updater}`,
      () =>
        this.aws.lambda.send(new InvokeCommand({ FunctionName: updater, Payload: JSON.stringify(command) })),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? "{}") as CommandAnswer & {
      readonly errorMessage?: string;
    };
    if (FunctionError === undefined) return answer;
    throw new Failure(
      `The updater ${updater} failed (${answer.errorMessage ?? FunctionError}); its log says more. What it did is kept: run the same command again.`,
    );
  }

  /** The environment variables of the updater, among them its settings. */
  async settingsEnvironment(): Promise<Readonly<Record<string, string>>> {
    return updaterEnvironment(this.aws, await this.updaterName());
  }

  private updaterName(): Promise<string> {
    this.updater ??= findUpdater(this.aws, this.options, this.table);
    return this.updater;
  }
}
