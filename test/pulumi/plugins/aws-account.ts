/** An AWS account in a file. The stand-in provider changes it, and the test reads it. */
import * as fs from "node:fs";

export interface AccountResource {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
}

export interface AccountEvent {
  readonly action: "create" | "update" | "delete";
  readonly type: string;
  readonly id: string;
}

export interface Account {
  /** By the provider's id. */
  resources: Record<string, AccountResource>;
  events: AccountEvent[];
}

/** The provider's version. */
export const AWS_VERSION = "7.48.0";

/** The provider's environment variable that names the account's file. */
export const ACCOUNT_FILE = "LAMBDA_MEMORY_OPTIMIZER_TEST_ACCOUNT";

export function readAccount(file: string): Account {
  if (!fs.existsSync(file)) return { resources: {}, events: [] };
  return JSON.parse(fs.readFileSync(file, "utf8")) as Account;
}

/**
 * Changes the account, one process at a time: the engine starts a provider for each region, and they share the file.
 *
 * @param apply changes the account in place. If it throws, nothing is written.
 */
export function changeAccount(file: string, apply: (account: Account) => void): void {
  const lock = `${file}.lock`;
  while (!takes(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  try {
    const account = readAccount(file);
    apply(account);
    // Renamed into place, so that a reader sees all of it.
    fs.writeFileSync(`${file}.next`, JSON.stringify(account, null, 2));
    fs.renameSync(`${file}.next`, file);
  } finally {
    fs.rmdirSync(lock);
  }
}

/** Whether this process has made the lock's folder. Only one process can. */
function takes(lock: string): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
