/** The updater's handler: a batch of the recommendations stream in, a partial batch response out. */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type {
  Context,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
} from "aws-lambda";
import { readRecord, recommendationSchema } from "../contract";
import { Lanes } from "./lanes";
import { settle, type Outcome, type SettleOptions } from "./settle";

/** How many functions are worked on at once. */
const FUNCTIONS_AT_ONCE = 16;

export interface HandlerOptions extends SettleOptions {
  readonly logger: Logger;
}

export type UpdaterHandler = (
  event: KinesisStreamEvent,
  context: Context,
) => Promise<KinesisStreamBatchResponse>;

export function createHandler({ logger, ...options }: HandlerOptions): UpdaterHandler {
  return async (event, context) => {
    const lanes = new Lanes(FUNCTIONS_AT_ONCE);

    async function settleRecord({ kinesis }: KinesisStreamRecord): Promise<void> {
      const { sequenceNumber } = kinesis;
      const log = (functionName: string | null, outcome: Outcome) => {
        logger.info("decision", { functionName, ...outcome, sequenceNumber });
      };
      const checked = readRecord(recommendationSchema, Buffer.from(kinesis.data, "base64").toString());
      if (!checked.ok) {
        // It will never be right: counted and left behind, so that it costs no good record.
        log(null, { status: "failed", from: null, to: null, reason: checked.problem });
        return;
      }
      const { functionName, recommendedMemorySizeMB: to } = checked.record;
      await lanes.run(functionName, async () => {
        try {
          log(functionName, await settle(checked.record, options));
        } catch (error) {
          log(functionName, { status: "failed", from: null, to, reason: reasonOf(error) });
          throw error;
        }
      });
    }

    return processPartialResponse(event, settleRecord, new BatchProcessor(EventType.KinesisDataStreams), {
      context,
      throwOnFullBatchFailure: false,
    });
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
