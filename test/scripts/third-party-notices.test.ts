/** The artefacts' notices for the third-party software in them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { build, type Metafile } from "esbuild";
import yauzl from "yauzl";
import { FLINK_JAR } from "../../scripts/artefact-paths";
import { buildCli } from "../../scripts/build-cli";
import { buildUpdater } from "../../scripts/build-updater";
import { thirdPartyNotices } from "../../scripts/third-party-notices";
import { temporaryFolder } from "../support/temporary-folder";

const ROOT = path.join(__dirname, "../..");

describe("The third-party notices", () => {
  it("of the updater name each package in the bundle with its licence's text, the same in each build", async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [first, second]) await buildUpdater(folder);
    const notices = read(first);
    assert.equal(read(second), notices);
    // Finds the packages without the metafile: an unminified bundle names the files that it resolves.
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["runtime/updater/index.ts"],
      bundle: true,
      platform: "node",
      write: false,
    });
    const folders = [
      ...(outputFiles[0]?.text ?? "").matchAll(
        /^\/\/ (node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)/gm,
      ),
    ].map(([, folder = ""]) => folder);
    const packages = new Set(folders.map((folder) => nameAndLicence(folder)));
    assert.ok(packages.size > 20, `${packages.size} packages`);
    const named = notices.match(/^\S+ \d+\.\d+\.\d+\S* \(.+\)$/gm) ?? [];
    assert.deepEqual(named.sort(), [...packages].sort());
    assert.match(notices, /Apache License\s+Version 2\.0, January 2004/);
  });

  it("of the command line program name the packages that only it uses", async () => {
    const folder = temporaryFolder();
    await buildCli(folder);
    const notices = fs.readFileSync(path.join(folder, "cli", "THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of ["commander", "cli-table3", "csv-stringify", "@aws-sdk/client-lambda"]) {
      const { version, license } = JSON.parse(
        fs.readFileSync(path.join(ROOT, "node_modules", name, "package.json"), "utf8"),
      ) as { version: string; license: string };
      assert.ok(notices.includes(`\n${name} ${version} (${license})\n`), name);
    }
  });

  it("can't be written for a package without a licence", () => {
    const root = temporaryFolder();
    const folder = path.join(root, "node_modules", "nobodys");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), '{"name":"nobodys","version":"1.0.0"}');
    const metafile = { inputs: { "node_modules/nobodys/index.js": {} } } as unknown as Metafile;
    assert.throws(() => thirdPartyNotices(metafile, root), /^Error: nobodys 1\.0\.0 states no licence\.$/);
  });

  it("of the jar name each library in it, and come with the texts of their licences", async () => {
    const beside = fs.readFileSync(path.join(path.dirname(FLINK_JAR), "THIRD-PARTY-NOTICES.txt"), "utf8");
    const entries = await entriesOf(FLINK_JAR);
    assert.equal(entries.get("META-INF/THIRD-PARTY-NOTICES.txt"), beside);
    for (const library of [
      "software.amazon.awssdk:kinesis:",
      "software.amazon.eventstream:eventstream:",
      "org.reactivestreams:reactive-streams:",
      "com.amazonaws:aws-kinesisanalytics-runtime:",
    ]) {
      assert.ok(beside.includes(library), library);
    }
    assert.doesNotMatch(beside, /Unknown license|lambda-memory-optimizer/);
    for (const text of ["LICENSE.txt", "NOTICE.txt", "LICENSE", "NOTICE"]) {
      assert.ok(entries.has(`META-INF/${text}`), text);
    }
  });
});

function read(folder: string): string {
  return fs.readFileSync(path.join(folder, "updater", "THIRD-PARTY-NOTICES.txt"), "utf8");
}

function nameAndLicence(folder: string): string {
  const { name, version, license } = JSON.parse(
    fs.readFileSync(path.join(ROOT, folder, "package.json"), "utf8"),
  ) as Record<"name" | "version" | "license", string>;
  return `${name} ${version} (${license})`;
}

/** The jar's entries, with the text of those about licences. */
async function entriesOf(jar: string): Promise<Map<string, string>> {
  const zip = await yauzl.openPromise(jar);
  const entries = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    if (/NOTICE|LICENSE/.test(entry.fileName)) {
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    }
    entries.set(entry.fileName, Buffer.concat(chunks).toString("utf8"));
  }
  return entries;
}
