/** Finds a deployment's history table and updater by flags, or by the names that Pulumi gives them. */
import { paginateListTables } from "@aws-sdk/client-dynamodb";
import { GetFunctionConfigurationCommand, paginateListFunctions } from "@aws-sdk/client-lambda";
import { environmentVariable } from "../runtime/updater/environment";
import type { Aws } from "./aws";
import { Failure } from "./failure";
import type { ConnectionOptions } from "./options";

/** The component names them `NAME-updater-history` and `NAME-updater`, and Pulumi adds seven hexadecimal digits. */
const HISTORY_TABLE = /^(.+-updater)-history-[0-9a-f]{7}$/;
const TABLE_VARIABLE = environmentVariable("historyTable");

/** @throws Failure unless exactly one table has such a name. */
export async function findHistoryTable(aws: Aws, options: ConnectionOptions): Promise<string> {
  if (options.historyTable !== undefined) return options.historyTable;
  if (options.updater !== undefined) {
    const { [TABLE_VARIABLE]: table } = await updaterEnvironment(aws, options.updater);
    if (table !== undefined) return table;
    throw new Failure(
      `The function ${options.updater} has no history table in its environment; set --updater to the updater, or --history-table to the table.`,
    );
  }
  const tables: string[] = [];
  const paginator = paginateListTables({ client: aws.dynamoDB }, {});
  for await (const { TableNames = [] } of aws.pages("dynamodb:ListTables", "the tables", paginator)) {
    tables.push(...TableNames.filter((name) => HISTORY_TABLE.test(name)));
  }
  const [table] = tables;
  if (table === undefined) {
    throw new Failure(
      `There is no history table (…-updater-history-…) in ${aws.region}; set --history-table to the stack's output historyTableName, or choose another region with --region.`,
    );
  }
  if (tables.length > 1) {
    throw new Failure(
      `There are ${tables.length} history tables in ${aws.region}: ${tables.join(", ")}; choose one with --history-table.`,
    );
  }
  return table;
}

/**
 * Finds the updater whose environment names the table. If the environment can't be read, the function's name must match.
 *
 * @throws Failure unless exactly one function matches.
 */
export async function findUpdater(aws: Aws, options: ConnectionOptions, table: string): Promise<string> {
  if (options.updater !== undefined) return options.updater;
  const stem = HISTORY_TABLE.exec(table)?.[1];
  const found: string[] = [];
  const paginator = paginateListFunctions({ client: aws.lambda }, {});
  for await (const { Functions = [] } of aws.pages("lambda:ListFunctions", "the functions", paginator)) {
    for (const { FunctionName = "", Environment } of Functions) {
      const named = Environment?.Variables?.[TABLE_VARIABLE];
      const fits =
        stem !== undefined && new RegExp("^[0-9a-f]{7}$").test(FunctionName.replace(`${stem}-`, ""));
      if (named === undefined ? fits : named === table) found.push(FunctionName);
    }
  }
  const [updater] = found;
  if (updater !== undefined && found.length === 1) return updater;
  throw new Failure(
    `There ${found.length === 0 ? "is no function" : `are ${found.length} functions`} in ${aws.region} that could be the updater of ${table}; set --updater to the stack's output updaterFunctionName.`,
  );
}

export async function updaterEnvironment(
  aws: Aws,
  updater: string,
): Promise<Readonly<Record<string, string>>> {
  const { Environment } = await aws.call("lambda:GetFunctionConfiguration", `function ${updater}`, () =>
    aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: updater })),
  );
  return Environment?.Variables ?? {};
}
