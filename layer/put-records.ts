/** One PutRecords call, and what its outcome means ("PutRecords" in the Kinesis Data Streams API reference). */
import type { TelemetryRecord } from "../runtime/contract";
import type { Credentials, Stream } from "./environment";
import { exchangeOnce, TimeoutError, type Answer, type Cancel } from "./http";
import { turn } from "./later";
import { sign } from "./sign";
import { Trust } from "./trust";

export interface PutLimits {
  readonly connectTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly cancel?: Cancel;
}

/**
 * The outcome of one call. `failed` has the records that are not confirmed to be on the stream.
 * - `done`: Kinesis answered. It refused `failed`, if any, for the moment.
 * - `again`: the call failed, or its outcome is unknown. It is worth retrying soon.
 * - `thawed`: the sandbox was frozen during the call, so the failure isn't Kinesis's.
 * - `hopeless`: it is not worth retrying soon.
 */
export interface PutOutcome {
  readonly verdict: "done" | "again" | "thawed" | "hopeless";
  readonly failed: readonly TelemetryRecord[];
  readonly reason?: string;
}

export type PutRecords = (records: readonly TelemetryRecord[], limits: PutLimits) => Promise<PutOutcome>;

/** Connection errors that a second attempt within seconds can't help: no such host, nothing listening, no route. */
const NO_ROUTE =
  /^(ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;
/** Refusals that may not apply a moment later. */
const FOR_NOW =
  /Throughput|Throttl|LimitExceeded|TooManyRequests|InternalFailure|ServiceUnavailable|RequestTimeout/;

/**
 * A function that puts records on `stream`; it never rejects.
 *
 * @param trust what `trustFor` returns for the stream.
 */
export function createPutRecords(
  stream: Stream,
  credentials: Credentials,
  trust: Trust | undefined,
): PutRecords {
  const url = new URL(stream.endpoint);
  const host = hostnameOf(url);
  const port = Number(url.port) || (trust ? 443 : 80);
  return async (records, limits) => {
    const body = JSON.stringify({
      Records: records.map((record) => ({
        Data: Buffer.from(JSON.stringify(record)).toString("base64"),
        // With the sandbox in the key, one busy function spreads over the shards.
        PartitionKey: `${record.functionName}-${record.sandboxId}`,
      })),
      StreamARN: stream.streamArn,
    });
    const headers = sign({
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "Kinesis_20131202.PutRecords",
      },
      body,
      region: stream.region,
      service: "kinesis",
      credentials,
      now: new Date(),
    });
    await turn();
    try {
      // A new connection each time, because one that was open during a freeze is probably dead.
      return judgeAnswer(
        await exchangeOnce({ host, port, trust }, { method: "POST", path: "/", headers, body, ...limits }),
        records,
      );
    } catch (error) {
      return trust?.widenFor(error as NodeJS.ErrnoException)
        ? { verdict: "again", failed: records }
        : judgeError(error as NodeJS.ErrnoException, records);
    }
  };
}

/** The certificates to trust at the stream's endpoint; undefined where it doesn't use TLS. */
export function trustFor({ endpoint, extraCertificatesFile }: Stream): Trust | undefined {
  const url = new URL(endpoint);
  return url.protocol === "https:" ? new Trust(hostnameOf(url), extraCertificatesFile) : undefined;
}

function hostnameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function judgeAnswer({ status, body }: Answer, records: readonly TelemetryRecord[]): PutOutcome {
  const answer = parse(body);
  if (status === 200 && Array.isArray(answer.Records)) {
    const entries = answer.Records as { ErrorCode?: string; ErrorMessage?: string }[];
    const failed = records.filter((_, index) => entries[index]?.ErrorCode !== undefined);
    const reason = entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
    return { verdict: "done", failed, ...(reason !== undefined && { reason }) };
  }
  const type = typeof answer.__type === "string" ? answer.__type.replace(/^.*#/, "") : "";
  const text = answer.message ?? answer.Message;
  const reason = [type === "" ? `HTTP ${status}` : type, ...(typeof text === "string" ? [text] : [])].join(
    ": ",
  );
  const forNow = status === 200 || status === 429 || status >= 500 || FOR_NOW.test(type);
  return { verdict: forNow ? "again" : "hopeless", failed: records, reason };
}

function judgeError(error: NodeJS.ErrnoException, records: readonly TelemetryRecord[]): PutOutcome {
  const reason = error.message === "" ? (error.code ?? "the connection failed") : error.message;
  if (error instanceof TimeoutError && error.thawed) return { verdict: "thawed", failed: records, reason };
  const noRoute = error instanceof TimeoutError ? error.phase === "connect" : NO_ROUTE.test(error.code ?? "");
  return { verdict: noRoute ? "hopeless" : "again", failed: records, reason };
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
