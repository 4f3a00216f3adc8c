/** The bundle's entry: builds the handler from the environment, once per sandbox. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DeadLetters } from "./dead-letters";
import { deploymentFromEnvironment } from "./deployment";
import { settingsFromEnvironment } from "./environment";
import { createHandler } from "./handler";
import { HistoryTable } from "./history-table";
import { UPDATER_METRICS } from "../metrics";
import { LambdaFunctions, paced } from "./lambda-functions";
import { MissingFunctions } from "./missing-functions";
import { Pacer } from "./pacer";

const { namespace, service: serviceName } = UPDATER_METRICS;

// A call without an answer is retried long before the invocation ends.
const connection = { requestTimeout: 10_000, connectionTimeout: 3_000, throwOnRequestTimeout: true };

const settings = settingsFromEnvironment(process.env);
const { historyTable, deadLetterQueueUrl, enrolment } = deploymentFromEnvironment(process.env);

const lambda = {
  reads: lambdaClient(settings.readsPerSecond),
  updates: lambdaClient(settings.updatesPerSecond),
};
const documents = DynamoDBDocumentClient.from(
  new DynamoDBClient({ maxAttempts: 8, requestHandler: connection }),
  { marshallOptions: { removeUndefinedValues: true } },
);
const sqs = new SQSClient({ maxAttempts: 8, requestHandler: connection });

export const handler = createHandler(
  {
    settings,
    enrolment,
    missing: new MissingFunctions(),
    connect: (deadline) => ({
      functions: new LambdaFunctions(lambda, deadline),
      histories: new HistoryTable(documents, historyTable, deadline),
      deadLetters: new DeadLetters(sqs, deadLetterQueueUrl, deadline),
    }),
  },
  new Logger({ serviceName }),
  new Metrics({
    namespace,
    serviceName,
    // Keeps the metrics of several deployments in one account and region apart.
    defaultDimensions: { updater: process.env.AWS_LAMBDA_FUNCTION_NAME ?? serviceName },
  }),
);

function lambdaClient(callsPerSecond: number): LambdaClient {
  return paced(
    new LambdaClient({ retryMode: "adaptive", maxAttempts: 8, requestHandler: connection }),
    new Pacer(callsPerSecond),
  );
}
