/**
 * Keeps the histories in a DynamoDB table, one item per function under its name. docs/operations.md, "The history
 * table", says why it isn't Parameter Store.
 */
import {
  GetCommand,
  PutCommand,
  ScanCommand,
  type DynamoDBDocumentClient,
  type ScanCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { isDeepStrictEqual } from "node:util";
import { isWriteConflict } from "./aws-errors";
import type { Deadline } from "./deadline";
import { emptyHistory, historySchema, readHistory, type History } from "./history-item";

const deferredItemSchema = historySchema.pick({ functionName: true, deferred: true });

/** Somebody else has written the history since it was read. */
export class HistoryConflictError extends Error {
  override readonly name = "HistoryConflictError";
}

export class HistoryTable {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly deadline: Deadline,
  ) {}

  /** The function's history; an empty one if there is none yet. */
  async read(functionName: string): Promise<History> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: { functionName },
      ConsistentRead: true,
    });
    const { Item } = await this.deadline.call((options) => this.client.send(command, options));
    return Item === undefined ? emptyHistory(functionName) : readHistory(Item);
  }

  /**
   * Writes the function's history, unless somebody has written it since `basis` was read.
   *
   * @returns the history as it is stored now.
   * @throws HistoryConflictError if somebody did.
   */
  async write(history: History, basis: History): Promise<History> {
    const kept = { ...history, revision: basis.revision + 1 };
    const command = new PutCommand({
      TableName: this.tableName,
      Item: kept,
      ConditionExpression: "attribute_not_exists(functionName) OR revision = :revision",
      ExpressionAttributeValues: { ":revision": basis.revision },
    });
    try {
      await this.deadline.call((options) => this.client.send(command, options));
    } catch (error) {
      if (!isWriteConflict(error)) throw error;
      // A retry after a lost answer also ends here; the item is then our own write.
      const found = await this.read(history.functionName);
      if (!isDeepStrictEqual(found, historySchema.parse(kept))) {
        throw new HistoryConflictError(`the history of ${history.functionName} was written by somebody else`);
      }
    }
    return kept;
  }

  /** The name of every function that has a history. */
  async *functionNames(): AsyncGenerator<string> {
    for await (const { functionName } of this.scan({ ProjectionExpression: "functionName" })) {
      yield String(functionName);
    }
  }

  /** The changes that wait for the change window, with their functions' names. DynamoDB reads and bills the whole table. */
  async *deferred(): AsyncGenerator<Pick<History, "functionName" | "deferred">> {
    const items = this.scan({
      ProjectionExpression: "functionName, #deferred",
      FilterExpression: "attribute_exists(#deferred)",
      // The word is reserved in DynamoDB.
      ExpressionAttributeNames: { "#deferred": "deferred" },
    });
    for await (const item of items) yield deferredItemSchema.parse(item);
  }

  private async *scan(
    asked: Pick<ScanCommandInput, "ProjectionExpression" | "FilterExpression" | "ExpressionAttributeNames">,
  ): AsyncGenerator<Record<string, unknown>> {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const command: ScanCommand = new ScanCommand({
        TableName: this.tableName,
        ...asked,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
      const page = await this.deadline.call((options) => this.client.send(command, options));
      yield* page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
}
