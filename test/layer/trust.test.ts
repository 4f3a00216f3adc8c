import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { AMAZON_ROOTS_FILE, Trust } from "../../layer/trust";

/** Any file with certificates will do. */
const EXTRA_FILE = AMAZON_ROOTS_FILE;

const UNKNOWN_ISSUER = { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", name: "Error", message: "" };

describe("trust", () => {
  const certificates = readFileSync(AMAZON_ROOTS_FILE, "utf8").split(/(?<=-----END CERTIFICATE-----\n)/);

  it("holds Amazon's four roots, the same as Node's, and none that Node has dropped", () => {
    assert.deepEqual(
      certificates.map((pem) => /CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1]),
      [1, 2, 3, 4].map((number) => `Amazon Root CA ${number}`),
    );
    const known = new Set(rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256));
    for (const pem of certificates) assert.ok(known.has(new X509Certificate(pem).fingerprint256));
  });

  it("trusts only Amazon's roots at first, and all of Node's when those aren't enough", () => {
    const trust = new Trust("kinesis.eu-central-1.amazonaws.com", EXTRA_FILE);
    assert.equal(trust.certificates().length, 1);
    assert.equal(trust.widenFor({ code: "ECONNRESET", name: "Error", message: "" }), false);
    assert.equal(trust.certificates().length, 1);
    assert.equal(trust.widenFor(UNKNOWN_ISSUER), true);
    assert.equal(trust.certificates().length, rootCertificates.length + 1);
    assert.equal(trust.widenFor(UNKNOWN_ISSUER), false, "there is nothing left to trust");
  });

  it("keeps the secure context until it trusts more", () => {
    const trust = new Trust("kinesis.eu-central-1.amazonaws.com", undefined);
    const { secureContext } = trust;
    assert.equal(trust.secureContext, secureContext);
    trust.widenFor(UNKNOWN_ISSUER);
    assert.notEqual(trust.secureContext, secureContext);
  });

  it("asks for a certificate in the host's name, and in none if the host is an address", () => {
    assert.equal(
      new Trust("kinesis.eu-central-1.amazonaws.com", undefined).servername,
      "kinesis.eu-central-1.amazonaws.com",
    );
    for (const address of ["127.0.0.1", "::1"]) assert.equal(new Trust(address, undefined).servername, "");
  });

  it("trusts the file that NODE_EXTRA_CA_CERTS names first at an endpoint that is not Amazon's", () => {
    assert.deepEqual(new Trust("localhost", EXTRA_FILE).certificates(), [readFileSync(EXTRA_FILE, "utf8")]);
    assert.equal(new Trust("localhost", undefined).certificates().length, rootCertificates.length);
    assert.equal(new Trust("localhost", "/nowhere.pem").certificates().length, rootCertificates.length);
  });
});
