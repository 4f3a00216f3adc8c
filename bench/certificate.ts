/** Makes a certificate for TLS endpoints on this machine. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Makes a self-signed certificate for `localhost` with openssl, in a fresh temporary directory. */
export function makeCertificate(): { directory: string; certFile: string; key: string; cert: string } {
  const directory = mkdtempSync(path.join(os.tmpdir(), "bench-layer-"));
  const [keyFile, certFile] = [path.join(directory, "key.pem"), path.join(directory, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost".split(
        " ",
      ),
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", keyFile, "-out", certFile],
    ],
    { stdio: "ignore" },
  );
  return { directory, certFile, key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
}
