/** An AWS account in a file, shared by the stand-in provider, which changes it, and the test, which looks. */
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

/** Names the account's file, in the provider's environment. */
export const ACCOUNT_FILE = "LAMBDA_MEMORY_OPTIMIZER_TEST_ACCOUNT";

export function readAccount(file: string): Account {
  if (!fs.existsSync(file)) return { resources: {}, events: [] };
  return JSON.parse(fs.readFileSync(file, "utf8")) as Account;
}

/** Reads, changes and writes the account while nobody else does: the engine runs a provider for each region. */
export function changeAccount(file: string, change: (account: Account) => void): void {
  const lock = `${file}.lock`;
  for (;;) {
    try {
      fs.mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  try {
    const account = readAccount(file);
    change(account);
    writeAccount(file, account);
  } finally {
    fs.rmdirSync(lock);
  }
}

/** Whoever reads meanwhile sees the old account or the new one, whole. */
export function writeAccount(file: string, account: Account): void {
  const next = `${file}.${process.pid}`;
  fs.writeFileSync(next, JSON.stringify(account, null, 2));
  fs.renameSync(next, file);
}
