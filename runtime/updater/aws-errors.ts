/**
 * Tells what an error of an AWS call, or of one of our steps, means for the record at hand. The names come from
 * "Errors" in the Lambda API Reference and from "Common Error Types".
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { LambdaServiceException, ResourceNotFoundException } from "@aws-sdk/client-lambda";

export type ErrorMeaning =
  /** Refused for good: a retry won't help. */
  | "refused"
  /** The function's state differs from the one that was judged: look again. */
  | "in-the-way"
  /** A retry may succeed. */
  | "passing"
  /** Nothing failed: the next delivery does the rest of the work. */
  | "out-of-time";

/** For any other name, Lambda says whether the client or the service is at fault. */
const MEANINGS: Readonly<Record<string, ErrorMeaning>> = {
  PreconditionFailedException: "in-the-way",
  ResourceConflictException: "in-the-way",
  ChangedMeanwhileError: "in-the-way",
  TooManyRequestsException: "passing",
  ThrottlingException: "passing",
  RequestLimitExceeded: "passing",
  // Problems with credentials and clocks pass.
  ExpiredTokenException: "passing",
  InvalidSignatureException: "passing",
  RequestExpired: "passing",
  UnrecognizedClientException: "passing",
  PublicationFailedError: "refused",
  OutOfTimeError: "out-of-time",
  LaneBlockedError: "out-of-time",
};

export function meaningOf(error: unknown): ErrorMeaning {
  if (!(error instanceof Error)) return "passing";
  if (Object.hasOwn(MEANINGS, error.name)) return MEANINGS[error.name] ?? "passing";
  // The history table and the queue are ours: if they refuse a call, the record isn't at fault.
  if (!(error instanceof LambdaServiceException)) return "passing";
  return error.$fault === "client" && error.$metadata.httpStatusCode !== 429 ? "refused" : "passing";
}

/** There is no such function, version or alias. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ResourceNotFoundException;
}

/** Somebody else has written the item since it was read. */
export function isWriteConflict(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException;
}
