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

export function writeAccount(file: string, account: Account): void {
  fs.writeFileSync(file, JSON.stringify(account, null, 2));
}
