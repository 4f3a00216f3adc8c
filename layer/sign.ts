/**
 * Signature Version 4 ("Create a signed AWS API request" in the IAM user guide), only as far as PutRecords needs it: a
 * POST to `/` without a query. `@smithy/signature-v4` would add 6.5 MB of private memory to every sandbox, the SDK
 * 13 MB.
 */
import type { Credentials } from "./environment";

export interface ToSign {
  /** By lower-case name, with `host`. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
  readonly now: Date;
}

/** The headers to send: those given, plus `x-amz-date`, `x-amz-security-token` if there is one, and `authorization`. */
export function sign({
  headers,
  body,
  region,
  service,
  credentials,
  now,
}: ToSign): Readonly<Record<string, string>> {
  // Loaded here, so that a sandbox that never sends doesn't load it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createHash, createHmac } = require("node:crypto") as typeof import("node:crypto");
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

  const amzDate = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = amzDate.slice(0, 8);
  const toSend: Record<string, string> = {
    ...headers,
    "x-amz-date": amzDate,
    ...(credentials.sessionToken && { "x-amz-security-token": credentials.sessionToken }),
  };

  const names = Object.keys(toSend).sort();
  const canonicalHeaders = names
    .map((name) => `${name}:${(toSend[name] ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  const signedHeaders = names.join(";");
  const canonicalRequest = ["POST", "/", "", canonicalHeaders, signedHeaders, sha256(body)].join("\n");

  const scope = `${date}/${region}/${service}/aws4_request`;
  const stringToSign = ["AWS4-HMAC-SHA256", amzDate, scope, sha256(canonicalRequest)].join("\n");
  const signingKey = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(signingKey, stringToSign).toString("hex");
  return {
    ...toSend,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}
