/**
 * What an error of an AWS call, or of a step of ours, means for the record at hand. The names are those of "Errors" in
 * the Lambda API Reference, and of "Common Error Types".
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { LambdaServiceException, ResourceNotFoundException } from "@aws-sdk/client-lambda";

export type ErrorMeaning =
  /** Refused for good: trying it again won't help. */
  | "refused"
  /** The function is in another state than the one that was judged: look again. */
  | "in-the-way"
  /** It may work the next time. */
  | "passing"
  /** No fault of anybody's: the rest of the work is left to the next delivery. */
  | "out-of-time";

/** Whatever isn't here follows from whose fault Lambda says it is. */
const MEANINGS: Readonly<Record<string, ErrorMeaning>> = {
  PreconditionFailedException: "in-the-way",
  ResourceConflictException: "in-the-way",
  ChangedMeanwhileError: "in-the-way",
  TooManyRequestsException: "passing",
  ThrottlingException: "passing",
  RequestLimitExceeded: "passing",
  // Credentials and clocks mend themselves.
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
  // The history table and the queue are ours: what they refuse is no fault of the record.
  if (!(error instanceof LambdaServiceException)) return "passing";
  return error.$fault === "client" && error.$metadata.httpStatusCode !== 429 ? "refused" : "passing";
}

/** There is no such function, version or alias. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ResourceNotFoundException;
}

/** The item was written by somebody else since it was read. */
export function isWriteConflict(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException;
}
