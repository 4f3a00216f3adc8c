/** The AWS clients, with the region and the credentials that the AWS CLI would use. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { sentenceOf, type Call } from "./aws-sentence";
import { Failure } from "./failure";
import type { ConnectionOptions } from "./options";

/** An invocation of the updater may take Lambda's 15 minutes. */
const REQUEST_TIMEOUT_MS = 16 * 60_000;

export class Aws {
  private constructor(
    readonly region: string,
    readonly lambda: LambdaClient,
    readonly dynamoDB: DynamoDBClient,
    readonly documents: DynamoDBDocumentClient,
  ) {}

  /** @throws Failure if no region is set. */
  static async connect({ region, profile }: ConnectionOptions): Promise<Aws> {
    // Unlike the SDK, the AWS CLI also reads the second variable.
    const named = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    const config = {
      ...(named !== undefined && { region: named }),
      ...(profile !== undefined && { profile }),
      requestHandler: { connectionTimeout: 5_000, requestTimeout: REQUEST_TIMEOUT_MS },
    };
    const lambda = new LambdaClient(config);
    const dynamoDB = new DynamoDBClient(config);
    const resolved = await lambda.config.region().catch(() => undefined);
    if (resolved === undefined) {
      const where = profile === undefined ? "" : ` in the profile ${profile}`;
      throw new Failure(`No AWS region is set${where}; set one with --region or AWS_REGION.`);
    }
    return new Aws(resolved, lambda, dynamoDB, DynamoDBDocumentClient.from(dynamoDB));
  }

  /** @throws Failure if the call fails. */
  async call<T>(action: string, resource: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(sentenceOf(error, { action, resource, region: this.region } satisfies Call));
    }
  }

  /** Yields the pages of one of the SDK's paginators. */
  async *pages<T>(action: string, resource: string, paginator: AsyncIterable<T>): AsyncGenerator<T> {
    const pages = paginator[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.call(action, resource, () => pages.next());
      if (page.done === true) return;
      yield page.value;
    }
  }
}
