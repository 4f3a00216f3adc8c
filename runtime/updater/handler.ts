/** The updater's handler: a batch of the recommendations or the telemetry stream, or an operator's command. */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type { Metrics } from "@aws-lambda-powertools/metrics";
import type {
  Context,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
} from "aws-lambda";
import { commandSchema, runCommand, type CommandAnswer } from "./command";
import { Deadline } from "./deadline";
import { applyDeferred, applyDeferredSchema, type DeferredAnswer } from "./deferred";
import { Lanes } from "./lanes";
import { Report } from "./report";
import type { Services } from "./services";
import { settle } from "./settle";
import { isTelemetry, settleTelemetry } from "./settle-telemetry";

/** How many functions are handled at once: enough to keep the pace even if the control plane answers slowly. */
const FUNCTIONS_AT_ONCE = 32;

export type UpdaterHandler = (
  event: unknown,
  context: Context,
) => Promise<KinesisStreamBatchResponse | CommandAnswer | DeferredAnswer>;

export function createHandler(services: Services, logger: Logger, metrics: Metrics): UpdaterHandler {
  return async (event, context) => {
    const report = new Report(logger, metrics);
    const deadline = new Deadline(context.getRemainingTimeInMillis());
    const invocation = {
      ...services.connect(deadline),
      updaterArn: context.invokedFunctionArn,
      deadline,
      lanes: new Lanes(FUNCTIONS_AT_ONCE),
      report,
    };
    try {
      if (!isKinesisEvent(event)) {
        if (applyDeferredSchema.safeParse(event).success) return await applyDeferred(services, invocation);
        const command = commandSchema.safeParse(event);
        if (!command.success) throw new Error(command.error.issues[0]?.message);
        return await runCommand(command.data, invocation);
      }
      return await processPartialResponse(
        event,
        (record: KinesisStreamRecord) =>
          (isTelemetry(record, services.enrolment) ? settleTelemetry : settle)(record, services, invocation),
        new BatchProcessor(EventType.KinesisDataStreams),
        // Even if every record failed, the response must name them.
        { context, throwOnFullBatchFailure: false },
      );
    } finally {
      report.publish();
    }
  };
}

function isKinesisEvent(event: unknown): event is KinesisStreamEvent {
  return typeof event === "object" && event !== null && "Records" in event && Array.isArray(event.Records);
}
