/**
 * Runs the commands and snippets of docs/operations.md unchanged. `pulumi` and `aws` are stand-ins that pass their
 * arguments to the test.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { transform } from "esbuild";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { parseArgs, promisify } from "node:util";
import type { CommandAnswer } from "../../runtime/updater/command";
import { recommendation } from "./recommendations";
import { UpdaterFixture } from "./updater-fixture";

const ROOT = join(__dirname, "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "operations.md"), "utf8");

/** Sends its name and arguments to the test, and prints the answer. */
const STAND_IN = `#!/usr/bin/env node
fetch(process.env.RUNBOOK_TEST, { method: "POST", body: JSON.stringify(process.argv.slice(1)) }).then(async (answer) => {
  process[answer.ok ? "stdout" : "stderr"].write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;

function snippets(section: string, language: string): string[] {
  const text = PAGE.split(/^## /m).find((part) => part.startsWith(section)) ?? "";
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, fence]) => fence === language)
    .map(([, , code = ""]) => code);
}

describe("docs/operations.md", () => {
  let updater: UpdaterFixture;
  let server: Server;
  let folder: string;
  beforeEach(async () => {
    updater = await UpdaterFixture.start({ settings: { cooldown: "0s" } });
    await updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    folder = await mkdtemp(join(tmpdir(), "runbook-"));
    for (const name of ["pulumi", "aws"]) await writeFile(join(folder, name), STAND_IN, { mode: 0o755 });
    server = createServer((request, response) => {
      void json(request)
        .then((call) => {
          const [program = "", ...args] = call as string[];
          return program.endsWith("/pulumi") ? pulumi(args) : aws(args);
        })
        .then(
          (text) => response.end(text),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await updater.close();
    await rm(folder, { recursive: true, force: true });
  });

  function pulumi(args: string[]): string {
    const [stack, output, name = ""] = args;
    assert.deepEqual([stack, output], ["stack", "output"]);
    return outputOf(name);
  }

  /** A stack's output, which the program must export. */
  function outputOf(name: string): string {
    const program = readFileSync(join(ROOT, "index.ts"), "utf8");
    const exported = /^export const \{([^}]*)\} = optimizer\.outputs;$/m.exec(program)?.[1] ?? "";
    assert.ok(
      exported.split(",").some((one) => one.trim() === name),
      `the program has no output ${name}`,
    );
    const values: Record<string, string> = {
      updaterFunctionName: "updater-1a2b3c4",
      historyTableName: updater.history.tableName,
    };
    return values[name] ?? "";
  }

  async function aws(args: string[]): Promise<string> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries(
        ["function-name", "cli-binary-format", "payload", "table-name", "key", "query", "output"].map(
          (name) => [name, { type: "string" as const }],
        ),
      ),
    });
    if (positionals[0] === "lambda") {
      assert.deepEqual(positionals, ["lambda", "invoke", "/dev/stdout"]);
      assert.equal(values["function-name"], "updater-1a2b3c4");
      assert.equal(values["cli-binary-format"], "raw-in-base64-out");
      const { response } = await updater.host.invoke<CommandAnswer>(JSON.parse(String(values.payload)));
      return `${JSON.stringify(response)}\n`;
    }
    assert.deepEqual(positionals, ["dynamodb", "get-item"]);
    assert.equal(values.output, "text");
    const answer = { Item: await itemOf(String(values["table-name"]), String(values.key)) };
    const found = String(values.query)
      .split(".")
      .reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], answer);
    return `${String(found)}\n`;
  }

  async function itemOf(TableName: string, key: string) {
    const Key = JSON.parse(key) as GetItemCommand["input"]["Key"];
    return (await updater.history.client.send(new GetItemCommand({ TableName, Key }))).Item;
  }

  async function run(script: string): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env.PATH ?? ""}`,
      RUNBOOK_TEST: `http://127.0.0.1:${port}`,
    };
    return (await promisify(execFile)("bash", ["-euc", script], { env })).stdout;
  }

  it("rolls back and releases as its runbook shows", async () => {
    const [script = ""] = snippets("Rollback", "sh");
    const answers = (await run(script))
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as CommandAnswer).outcomes)
      .map((outcomes) =>
        outcomes.map(({ functionName, status, to }) => `${functionName} ${status} ${to ?? ""}`),
      );
    assert.deepEqual(answers[0], ["checkout applied 1024"]);
    assert.deepEqual([...answers[1]!].sort(), ["checkout skipped ", "search applied 1024"]);
    // The rollback of all functions already holds it.
    assert.deepEqual(answers[2], ["search skipped 1024"]);
    assert.deepEqual(answers[3], ["checkout released 1024"]);
    assert.deepEqual(updater.memorySizesSetMB("checkout"), [600, 1_024]);
  });

  it("reads the size that a deployment adopts, as its snippets show", async () => {
    const [script = ""] = snippets("Living with infrastructure code", "sh");
    assert.equal(await run(script), "600\n");

    const [program = ""] = snippets("Living with infrastructure code", "ts");
    const { code } = await transform(program, { loader: "ts" });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the snippet of the page
    const snippet = new Function(
      "aws",
      "pulumi",
      `return (async () => { ${code}; return memorySize; })();`,
    ) as (aws: object, pulumi: object) => Promise<number>;
    const memorySizeWith = (getTableItem: unknown) => {
      const getOutputDetails = (name: string) => Promise.resolve({ value: outputOf(name) });
      const StackReference = function () {
        return { getOutputDetails };
      };
      return snippet({ dynamodb: { getTableItem } }, { StackReference });
    };
    const stored = async ({ tableName, key }: { tableName: string; key: string }) => ({
      item: JSON.stringify(await itemOf(tableName, key)),
    });
    assert.equal(await memorySizeWith(stored), 600);
    assert.equal(await memorySizeWith(() => Promise.reject(new Error("no such item"))), 512);
  });
});
