/**
 * The certificates to trust. Parsing Node's whole list takes a megabyte in every sandbox, and Kinesis needs only one of
 * Amazon's four roots (amazontrust.com/repository). So the launcher makes Node load none. The layer trusts few at
 * first, and falls back to what a plain `node` trusts (its list and NODE_EXTRA_CA_CERTS) only where those few aren't
 * enough.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { SecureContext } from "node:tls";

/** Amazon Root CA 1 to 4, in PEM. In a file of their own they compress better than in the bundle. */
export const AMAZON_ROOTS_FILE = `${__dirname}/roots.pem`;

/** Codes of TLS errors that mean that no trusted certificate vouches for the server. */
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

  /** Made at the first call and kept. That call takes 1 to 2 ms, or 20 with Node's whole list. */
  get secureContext(): SecureContext {
    return (this.context ??= loadTls().createSecureContext({ ca: this.certificates() }));
  }

  /** The name that the server's certificate must have; empty for an IP address. The first call is slow too. */
  get servername(): string {
    return (this.name ??= isIP(this.hostname) === 0 ? this.hostname : "");
  }

  /** The certificates trusted now, in PEM. */
  certificates(): string[] {
    if (this.isAmazon && !this.widened) return [readFileSync(AMAZON_ROOTS_FILE, "utf8")];
    const extra = this.extraCertificates();
    if (extra.length > 0 && !this.widened) return extra;
    return [...loadTls().rootCertificates, ...extra];
  }

  /** Trusts more from now on, if that may help against the error. Returns whether to try again. */
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
      // Node also ignores a file that it can't read.
      return [];
    }
  }
}

/** Loaded late, because TLS would slow every start and take memory in sandboxes that never send. */
export function loadTls(): typeof import("node:tls") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late on purpose
  return require("node:tls") as typeof import("node:tls");
}
