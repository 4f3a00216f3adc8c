/**
 * Whose certificates are believed. Node's own list costs every sandbox a megabyte once it is parsed, and Kinesis
 * needs one of Amazon's four roots (amazontrust.com/repository). So the launcher has Node load none, the fewest come
 * first, and all that a plain `node` would believe (its list and NODE_EXTRA_CA_CERTS) only where they are not enough.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { SecureContext } from "node:tls";

/** Amazon Root CA 1 to 4 in PEM. A file of its own compresses better than a string in the bundle. */
export const AMAZON_ROOTS_FILE = `${__dirname}/roots.pem`;

/** What a TLS client says when it knows no one who vouches for the server. */
const UNKNOWN_ISSUER = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

export class Trust {
  private widened = false;
  private context: SecureContext | undefined;
  private name: string | undefined;

  /**
   * @param hostname of the endpoint.
   * @param extraCertificatesFile what NODE_EXTRA_CA_CERTS named, if anything; the launcher keeps it from Node.
   */
  constructor(
    private readonly hostname: string,
    private readonly extraCertificatesFile: string | undefined,
  ) {}

  /** For connections; made at the first call, which takes a millisecond or two, or 20 for Node's whole list, and kept. */
  get secureContext(): SecureContext {
    return (this.context ??= loadTls().createSecureContext({ ca: this.certificates() }));
  }

  /** What the server's certificate must be for; empty for an address, which is no name. Slow at the first call, too. */
  get servername(): string {
    return (this.name ??= isIP(this.hostname) === 0 ? this.hostname : "");
  }

  /** Whom to believe, in PEM. */
  certificates(): string[] {
    if (this.isAmazon && !this.widened) return [readFileSync(AMAZON_ROOTS_FILE, "utf8")];
    const extra = this.extraCertificates();
    if (extra.length > 0 && !this.widened) return extra;
    return [...loadTls().rootCertificates, ...extra];
  }

  /** Believes more from now on, if that may mend the error; returns whether it is worth another attempt. */
  widenFor({ code = "" }: NodeJS.ErrnoException): boolean {
    if (this.widened || !UNKNOWN_ISSUER.test(code)) return false;
    this.widened = true;
    this.context = undefined;
    return true;
  }

  private get isAmazon(): boolean {
    return /\.amazonaws\.(com|com\.cn|eu)$/.test(this.hostname);
  }

  private extraCertificates(): string[] {
    try {
      return this.extraCertificatesFile ? [readFileSync(this.extraCertificatesFile, "utf8")] : [];
    } catch {
      // Node, too, does without a file that it can't read.
      return [];
    }
  }
}

/** TLS would weigh on every start, and on sandboxes that never send. */
export function loadTls(): typeof import("node:tls") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- that it loads late is the point
  return require("node:tls") as typeof import("node:tls");
}
