/** The bundle's entry: puts the handler together from the environment, once per sandbox. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { SettingError } from "../settings";
import { DeadLetters } from "./dead-letters";
import { environmentVariable, settingsFromEnvironment } from "./environment";
import { createHandler } from "./handler";
import { HistoryTable } from "./history-table";
import { LambdaFunctions } from "./lambda-functions";
import { Pacer } from "./pacer";

const SERVICE = "lambda-memory-optimizer";

// An answer that doesn't come is asked for again long before the invocation's own end.
const connection = { requestTimeout: 10_000, connectionTimeout: 3_000, throwOnRequestTimeout: true };

const settings = settingsFromEnvironment(process.env);

export const handler = createHandler(
  {
    settings,
    functions: new LambdaFunctions(
      new LambdaClient({ retryMode: "adaptive", maxAttempts: 8, requestHandler: connection }),
      new Pacer(settings.updatesPerSecond),
    ),
    histories: new HistoryTable(
      DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 8, requestHandler: connection }), {
        marshallOptions: { removeUndefinedValues: true },
      }),
      required("historyTable", "name the DynamoDB table that keeps what was changed"),
    ),
    deadLetters: new DeadLetters(
      new SQSClient({ maxAttempts: 8, requestHandler: connection }),
      process.env[environmentVariable("deadLetterQueueUrl")],
    ),
  },
  new Logger({ serviceName: SERVICE }),
  new Metrics({ namespace: "LambdaMemoryOptimizer", serviceName: SERVICE }),
);

function required(name: string, mustDo: string): string {
  const variable = environmentVariable(name);
  const value = process.env[variable];
  if (value === undefined || value === "")
    throw new SettingError(`${variable} is not set; it must ${mustDo}.`);
  return value;
}
