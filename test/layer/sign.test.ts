import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import assert from "node:assert/strict";
import { sign } from "../../layer/sign";

/** The key pair of AWS's published Signature Version 4 test suite. */
const SUITE = {
  region: "us-east-1",
  service: "service",
  credentials: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: undefined,
  },
  now: new Date("2015-08-30T12:36:00Z"),
};

const VECTORS: { name: string; headers?: Record<string, string>; body?: string; signature: string }[] = [
  { name: "post-vanilla", signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
  {
    name: "post-header-key-sort",
    headers: { "my-header1": "value1" },
    signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  },
  {
    name: "post-header-value-case",
    headers: { "my-header1": "VALUE1" },
    signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
  },
  {
    name: "post-x-www-form-urlencoded",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
];

describe("sign", () => {
  for (const { name, headers, body = "", signature } of VECTORS) {
    it(`agrees with AWS's test suite: ${name}`, () => {
      const signed = sign({ ...SUITE, headers: { host: "example.amazonaws.com", ...headers }, body });
      assert.equal(signed.authorization?.split("Signature=")[1], signature);
      assert.equal(signed["x-amz-date"], "20150830T123600Z");
    });
  }

  for (const sessionToken of [undefined, "a session/token+with=signs"]) {
    it(`agrees with @aws-sdk/client-kinesis, ${sessionToken ? "with" : "without"} a session token`, async () => {
      const sent = await sentBySdk(sessionToken);
      const signedNames = /SignedHeaders=([^,]+)/.exec(sent.headers.authorization!)![1]!.split(";");
      const added = ["x-amz-date", "x-amz-security-token"];
      const headers = Object.fromEntries(
        signedNames.filter((name) => !added.includes(name)).map((name) => [name, String(sent.headers[name])]),
      );
      const signed = sign({
        headers,
        body: sent.body,
        region: "eu-central-1",
        service: "kinesis",
        credentials: { accessKeyId: "local", secretAccessKey: "local", sessionToken },
        now: amzTime(String(sent.headers["x-amz-date"])),
      });
      assert.equal(signed.authorization, sent.headers.authorization);
    });
  }
});

/** What the SDK hands to its HTTP handler for a PutRecords call: the signed request. */
async function sentBySdk(sessionToken: string | undefined) {
  let sent: { headers: Record<string, string>; body: string } | undefined;
  const client = new KinesisClient({
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local", ...(sessionToken && { sessionToken }) },
    maxAttempts: 1,
    requestHandler: {
      handle: ({ headers, body }: { headers: Record<string, string>; body: string }) => {
        sent = { headers, body };
        return Promise.reject(new Error("not sent"));
      },
    },
  });
  const Records = [{ Data: Buffer.from("{}"), PartitionKey: "checkout" }];
  const StreamARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry";
  await assert.rejects(client.send(new PutRecordsCommand({ StreamARN, Records })), /not sent/);
  client.destroy();
  return sent!;
}

function amzTime(text: string): Date {
  return new Date(text.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}
