/**
 * Reads the environment: Lambda's own variables, those of the AWS SDKs, and the layer's three
 * ("Lambda environment variables", "Service-specific endpoints" in the AWS SDKs and Tools reference guide).
 */
import { parseStreamArn } from "../runtime/arns";
import { durationMs } from "../runtime/duration";
import { LAYER_DEFAULTS } from "../runtime/layer-defaults";
import { LOG_LEVELS, type LogLevel } from "./log";

/** The stream that the records go to. */
export interface Stream {
  readonly streamArn: string;
  /** Taken from the stream's ARN, so that a central stream in another account or region works. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Such as `https://kinesis.eu-central-1.amazonaws.com`; without a trailing slash. */
  readonly endpoint: string;
  /** What NODE_EXTRA_CA_CERTS named before the launcher unset it. */
  readonly extraCertificatesFile: string | undefined;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface Configuration {
  readonly stream: Stream;
  readonly credentials: Credentials;
  /** The region that the function runs in, for its ARN. */
  readonly functionRegion: string;
  /** The longest time that a busy sandbox holds reports back, in ms. */
  readonly flushIntervalMs: number;
}

export interface Environment {
  /** `host:port` of the Extensions and Telemetry APIs. */
  readonly runtimeApi: string;
  /** File descriptor of a connection to them, on which the launcher has already sent the registration, if it could. */
  readonly registering: number | undefined;
  readonly logLevel: LogLevel;
  /** Address that the listener binds to: every interface in Lambda, loopback under `sam local` and in tests. */
  readonly listenHost: string;
  /** The configuration, or one sentence that says why the layer can't work. */
  readonly configuration: Configuration | { readonly problem: string };
}

const DNS_SUFFIX: Record<string, string | undefined> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
  "aws-eusc": "amazonaws.eu",
};

type Variables = Readonly<Record<string, string | undefined>>;

/** Never throws. A bad variable becomes the `problem` that puts the layer on standby. */
export function readEnvironment(variables: Variables): Environment {
  const level = variables.LAMBDA_MEMORY_OPTIMIZER_LOG_LEVEL;
  return {
    runtimeApi: variables.AWS_LAMBDA_RUNTIME_API ?? "127.0.0.1:9001",
    registering: Number(variables.LAMBDA_MEMORY_OPTIMIZER_REGISTERING) || undefined,
    logLevel: LOG_LEVELS.find((known) => known === level?.toLowerCase()) ?? LAYER_DEFAULTS.logLevel,
    listenHost: variables.AWS_SAM_LOCAL === "true" ? "127.0.0.1" : "0.0.0.0",
    configuration: readConfiguration(variables),
  };
}

function readConfiguration(variables: Variables): Configuration | { problem: string } {
  if (variables.AWS_LAMBDA_INITIALIZATION_TYPE === "lambda-managed-instances") {
    return { problem: "Lambda Managed Instances report no memory" };
  }
  const streamArn = variables.LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN;
  if (!streamArn) return { problem: "LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN is not set" };
  const parts = parseStreamArn(streamArn);
  if (parts === undefined) {
    return {
      problem: `LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN is ${JSON.stringify(streamArn)}; it must be the ARN of a Kinesis data stream`,
    };
  }
  const { LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: interval = "" } = variables;
  const flushIntervalMs = durationMs(interval === "" ? LAYER_DEFAULTS.flushInterval : interval);
  if (flushIntervalMs === undefined) {
    return {
      problem: `LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL is ${JSON.stringify(interval)}; it must be a duration such as 60s or 15m`,
    };
  }
  const { partition, region, accountId } = parts;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (!accessKeyId || !secretAccessKey) return { problem: "Lambda gave no credentials" };

  const endpoint = endpointOf(variables, partition, region);
  if (endpoint === undefined) {
    return { problem: "AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL is not an http or https URL" };
  }
  return {
    stream: {
      ...{ streamArn, partition, region, accountId, endpoint },
      extraCertificatesFile: variables.LAMBDA_MEMORY_OPTIMIZER_EXTRA_CA_CERTS,
    },
    credentials: { accessKeyId, secretAccessKey, sessionToken: variables.AWS_SESSION_TOKEN },
    functionRegion: variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION ?? region,
    flushIntervalMs,
  };
}

function endpointOf(variables: Variables, partition: string, region: string): string | undefined {
  const configured =
    variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true"
      ? undefined
      : [variables.AWS_ENDPOINT_URL_KINESIS, variables.AWS_ENDPOINT_URL].find(Boolean);
  if (configured !== undefined) {
    return /^https?:\/\/[^/\s]+\/?$/.test(configured) ? configured.replace(/\/$/, "") : undefined;
  }
  const service = variables.AWS_USE_FIPS_ENDPOINT === "true" ? "kinesis-fips" : "kinesis";
  return `https://${service}.${region}.${DNS_SUFFIX[partition] ?? "amazonaws.com"}`;
}
