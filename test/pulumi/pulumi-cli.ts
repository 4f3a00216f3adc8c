/** The real `pulumi` command, with a file backend, the stand-in for AWS, and no network. */
import { spawn } from "node:child_process";
import { buildSync } from "esbuild";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { temporaryFolder } from "../support/temporary-folder";
import { PROJECT_ROOT } from "./language-host";
import {
  ACCOUNT_FILE,
  AWS_VERSION,
  changeAccount,
  readAccount,
  type Account,
  type AccountEvent,
} from "./plugins/aws-account";
import { ENGINE_PID } from "./plugins/end-with-engine";

export class PulumiCli {
  readonly #folder = temporaryFolder();
  readonly #accountFile = path.join(this.#folder, "account.json");
  /** In the place that the sources have in the project, from which they find the project's packages. */
  readonly #bundles = path.join(this.#folder, "test", "pulumi");
  readonly #env: NodeJS.ProcessEnv;

  /** @param command the path of `pulumi`. */
  constructor(readonly command: string) {
    const bin = path.join(this.#folder, "bin");
    fs.mkdirSync(bin);
    fs.mkdirSync(path.join(this.#folder, "state"));
    fs.symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(this.#folder, "node_modules"));
    const ambient = (process.env.PATH ?? "").split(path.delimiter);
    for (const language of ["nodejs", "python"]) {
      const name = `pulumi-language-${language}`;
      const isThere = [path.dirname(command), ...ambient].some((each) =>
        fs.existsSync(path.join(each, name)),
      );
      if (!isThere) this.#plugin([bin], name, `language-${language}.ts`);
    }
    // On the PATH for programs, and installed for plugins.
    const installed = path.join(this.#folder, "home", "plugins", `resource-aws-v${AWS_VERSION}`);
    fs.mkdirSync(installed, { recursive: true });
    this.#plugin([bin, installed], "pulumi-resource-aws", "aws.ts");
    this.#env = {
      PATH: [bin, path.dirname(command), ...ambient].join(path.delimiter),
      HOME: this.#folder,
      // The Go modules and the languages' tools stay where they are.
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"),
      PULUMI_HOME: path.join(this.#folder, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(this.#folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "local",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The program test checks types. Checking them here would slow every run.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      [ACCOUNT_FILE]: this.#accountFile,
    };
  }

  /**
   * Runs the command in a program's folder.
   *
   * @returns what it printed, and what it did to the account.
   * @throws Error if it fails, with everything that it printed.
   */
  async run(folder: string, ...args: string[]): Promise<{ output: string; events: readonly AccountEvent[] }> {
    const before = this.account.events.length;
    const child = spawn(this.command, [...args, "--non-interactive", "--color=never", "--logtostderr"], {
      cwd: folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${output}`);
    return { output, events: this.account.events.slice(before) };
  }

  get account(): Account {
    return readAccount(this.#accountFile);
  }

  /** Changes the account behind Pulumi's back. */
  change(apply: (account: Account) => void): void {
    changeAccount(this.#accountFile, apply);
  }

  /** As one file, because the engine starts a plugin for every command, and its packages take half a second to load. */
  #plugin(places: readonly string[], name: string, source: string): void {
    buildSync({
      entryPoints: [path.join(__dirname, "plugins", source)],
      outdir: this.#bundles,
      bundle: true,
      platform: "node",
      logLevel: "error",
      // A module that is a command as well must not take the bundle for its own process.
      define: { "require.main": "undefined" },
    });
    const command = [process.execPath, path.join(this.#bundles, source.replace(/\.ts$/, ".js"))];
    const script = `#!/bin/sh\nexport ${ENGINE_PID}=$PPID\nexec ${command.map((each) => `'${each}'`).join(" ")} "$@"\n`;
    for (const place of places) fs.writeFileSync(path.join(place, name), script, { mode: 0o755 });
  }
}
