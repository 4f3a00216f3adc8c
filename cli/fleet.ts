/** A deployment: its history table and its updater. */
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

  /** Every function's history, in no particular order. Skips items that aren't histories, and reports them. */
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
      this.progress.say(`Skipped, because the items aren't histories: ${unreadable.join(", ")}.`);
    }
    return histories;
  }

  /** @throws Failure with similar names if the function has no history. */
  async history(functionName: string): Promise<History> {
    const history = await this.historyIfAny(functionName);
    if (history) return history;
    const names = (await this.histories()).map((one) => one.functionName);
    const told = suggestion(functionName, names, `"status" lists all ${names.length}`);
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
        `The item of ${functionName} in ${this.table} isn't a history; check --history-table.`,
      );
    }
  }

  /** Invokes the updater with a command. Commands are idempotent. */
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
      `The updater ${updater} failed (${answer.errorMessage ?? FunctionError}); see its log. Run the same command again; it skips what is done.`,
    );
  }

  /** The updater's environment variables, which include its settings. */
  async settingsEnvironment(): Promise<Readonly<Record<string, string>>> {
    return updaterEnvironment(this.aws, await this.updaterName());
  }

  private updaterName(): Promise<string> {
    this.updater ??= findUpdater(this.aws, this.options, this.table);
    return this.updater;
  }
}
