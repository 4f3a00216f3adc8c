/** Explains a failed AWS call to the user in one sentence that says what to do. Pure. */

/** A call as IAM names it, for example `dynamodb:Scan` on `table optimizer-updater-history-1a2b3c4`. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly region: string;
}

const REFUSED_CREDENTIALS = [
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "UnrecognizedClientException",
];
const UNREACHABLE = ["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ENETUNREACH", "ENOTFOUND", "ETIMEDOUT"];

export function sentenceOf(error: unknown, { action, resource, region }: Call): string {
  if (!(error instanceof Error)) return `${action} on ${resource} failed: ${String(error)}.`;
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "CredentialsProviderError" || error.name === "TokenProviderError") {
    return `There are no AWS credentials (${oneLine(error)}); sign in with "aws sso login" or "aws configure", or choose a profile with --profile.`;
  }
  if (REFUSED_CREDENTIALS.includes(error.name)) {
    return `AWS refuses these credentials (${oneLine(error)}); sign in again, or use another profile with --profile.`;
  }
  if (error.name.startsWith("AccessDenied")) {
    return `These credentials don't allow ${action} on ${resource}; ask for that permission, or use another profile with --profile.`;
  }
  if (error.name === "ResourceNotFoundException") {
    const flag = resource.startsWith("table") ? "--history-table" : "--updater";
    return action === "lambda:GetFunction"
      ? `There is no ${resource} in ${region}; check its name, or choose another region with --region.`
      : `There is no ${resource} in ${region}; set the right name with ${flag}, or another region with --region.`;
  }
  if (error.name === "TimeoutError" || (code !== undefined && UNREACHABLE.includes(code))) {
    return `AWS can't be reached for ${action} in ${region} (${oneLine(error)}); check the region and the network.`;
  }
  return `${action} on ${resource} failed: ${error.name}: ${oneLine(error)}.`;
}

function oneLine({ message }: Error): string {
  return message.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
}
