import assert from "node:assert/strict";
import { readEnvironment } from "../../layer/environment";

const VARIABLES = {
  LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "arn:aws:kinesis:eu-central-1:210987654321:stream/telemetry",
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
};

function configurationOf(variables: Record<string, string>) {
  const { configuration } = readEnvironment({ ...VARIABLES, ...variables });
  assert.ok(!("problem" in configuration), "problem" in configuration ? configuration.problem : "");
  return configuration;
}

describe("environment", () => {
  it("takes the stream's region for Kinesis, the function's own for its ARN, and the defaults", () => {
    const { stream, functionRegion, flushIntervalMs } = configurationOf({});
    assert.equal(stream.endpoint, "https://kinesis.eu-central-1.amazonaws.com");
    assert.equal(functionRegion, "eu-west-1");
    assert.equal(flushIntervalMs, 60_000);
    assert.equal(readEnvironment(VARIABLES).logLevel, "warn");
    assert.equal(readEnvironment(VARIABLES).listenHost, "0.0.0.0");
  });

  const endpoints: [Record<string, string>, string][] = [
    [{ AWS_ENDPOINT_URL: "http://localhost:4567/" }, "http://localhost:4567"],
    [{ AWS_ENDPOINT_URL: "http://a", AWS_ENDPOINT_URL_KINESIS: "https://b:1" }, "https://b:1"],
    [
      { AWS_ENDPOINT_URL: "http://a", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      "https://kinesis.eu-central-1.amazonaws.com",
    ],
    [{ AWS_USE_FIPS_ENDPOINT: "true" }, "https://kinesis-fips.eu-central-1.amazonaws.com"],
    [
      { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "arn:aws-cn:kinesis:cn-north-1:210987654321:stream/telemetry" },
      "https://kinesis.cn-north-1.amazonaws.com.cn",
    ],
  ];
  for (const [variables, endpoint] of endpoints) {
    it(`finds the endpoint as the AWS SDKs do: ${JSON.stringify(variables)}`, () => {
      assert.equal(configurationOf(variables).stream.endpoint, endpoint);
    });
  }

  it("uses the default for an empty flush interval and an unknown log level", () => {
    assert.equal(configurationOf({ LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "" }).flushIntervalMs, 60_000);
    assert.equal(readEnvironment({ LAMBDA_MEMORY_OPTIMIZER_LOG_LEVEL: "chatty" }).logLevel, "warn");
    assert.equal(readEnvironment({ LAMBDA_MEMORY_OPTIMIZER_LOG_LEVEL: "DEBUG" }).logLevel, "debug");
  });
});
