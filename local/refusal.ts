/** The errors of Lambda's control plane. */
export class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export function conflict(arn: string): Refusal {
  return new Refusal(
    409,
    "ResourceConflictException",
    `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
  );
}

export function notFound(arn: string): Refusal {
  return new Refusal(404, "ResourceNotFoundException", `Function not found: ${arn}`);
}

export function tooManyRequests(): Refusal {
  return new Refusal(429, "TooManyRequestsException", "Rate exceeded");
}
