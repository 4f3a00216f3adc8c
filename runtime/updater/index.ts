/** The bundle's entry: puts the handler together from the environment, once per sandbox. */
import { Logger } from "@aws-lambda-powertools/logger";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { settingsFromEnvironment } from "./environment";
import { createHandler } from "./handler";
import { LambdaFunctions } from "./lambda-functions";

export const handler = createHandler({
  logger: new Logger({ serviceName: "lambda-memory-optimizer" }),
  functions: new LambdaFunctions(new LambdaClient({ retryMode: "adaptive", maxAttempts: 10 })),
  settings: settingsFromEnvironment(process.env),
});
