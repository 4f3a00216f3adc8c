/** Runs the examples in every command's help, and the commands in docs/cli.md. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";
import { recommendation } from "../updater/recommendations";
import { builtCli, CliFixture, ended } from "./cli-fixture";
import { spawn } from "node:child_process";

const PAGE = readFileSync(join(__dirname, "../../docs/cli.md"), "utf8");
/** These ask for confirmation. */
const CHANGING = ["rollback", "hold", "release", "exclude", "include"];

describe("The command line program's help", () => {
  let cli: CliFixture;
  let commands: string[];
  before(async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s" } });
    await cli.updater.settle([recommendation(), recommendation({ functionName: "search" })]);
    const { output } = await cli.run(["--help"]);
    commands = [...output.matchAll(/^ {2}(\w+) .*$/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
  });
  after(() => cli.close());

  async function runs(line: string): Promise<void> {
    const [, command = ""] = line.split(" ");
    const { exitCode, complaints } = await cli.runLine(CHANGING.includes(command) ? `${line} --yes` : line);
    assert.equal(exitCode, 0, `${line}: ${complaints}`);
  }

  it("of every command has an example that works", async () => {
    assert.ok(commands.length >= 10, commands.join(" "));
    for (const command of commands) {
      const { output } = await cli.run([command, "--help"]);
      const examples = [...output.matchAll(/^ {2}(lambda-memory-optimizer .*)$/gm)].map(
        ([, line = ""]) => line,
      );
      assert.ok(examples.length > 0, `${command} has no example`);
      for (const line of examples) {
        assert.equal(line.split(" ")[1], command);
        await runs(line);
      }
    }
  });

  it("lists the commands in docs/cli.md, and each line there works", async () => {
    const lines = [...PAGE.matchAll(/^```sh\n([^]*?)^```$/gm)]
      .flatMap(([, block = ""]) => block.trim().split("\n"))
      .filter((line) => line.startsWith("npx lambda-memory-optimizer "))
      .map((line) => line.replace(/^npx /, "").replace(/ +#.*$/, ""));
    assert.deepEqual([...new Set(lines.map((line) => line.split(" ")[1]))].sort(), [...commands].sort());
    for (const line of lines) await runs(line);
  });

  it("needs no package besides the bundle", async () => {
    const folder = temporaryFolder();
    await cp(dirname(await builtCli()), folder, { recursive: true });
    const { exitCode, output, complaints } = await ended(
      spawn(process.execPath, [join(folder, "main.mjs"), "status", "--json"], {
        cwd: folder,
        env: cli.environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    assert.equal(exitCode, 0, complaints);
    assert.match(output, /"checkout"/);
  });
});
