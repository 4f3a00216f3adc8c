/** An embedded DynamoDB with the updater's history table. */
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LOCAL_CREDENTIALS } from "./environment";

export class HistoryDatabase {
  readonly client: DynamoDBDocumentClient;
  private readonly plainClient: DynamoDBClient;

  private constructor(
    private readonly server: Server,
    /** The endpoint for an SDK, as in `AWS_ENDPOINT_URL_DYNAMODB`. */
    readonly endpoint: string,
    readonly tableName: string,
  ) {
    this.plainClient = new DynamoDBClient({
      endpoint,
      region: "us-east-1",
      credentials: LOCAL_CREDENTIALS,
    });
    this.client = DynamoDBDocumentClient.from(this.plainClient);
  }

  /** Listens on a free port of 127.0.0.1, and creates the table in memory. */
  static async start(tableName = "lambda-memory-optimizer-history"): Promise<HistoryDatabase> {
    const server = dynalite({ createTableMs: 0 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const database = new HistoryDatabase(server, `http://127.0.0.1:${port}`, tableName);
    await database.createTable();
    return database;
  }

  private async createTable(): Promise<void> {
    const { plainClient: client, tableName: TableName } = this;
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "functionName", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "functionName", KeyType: "HASH" }],
      }),
    );
    await waitUntilTableExists({ client, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 30 }, { TableName });
  }

  async close(): Promise<void> {
    this.plainClient.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
