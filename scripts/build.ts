/**
 * Builds everything in dist/: the layer's zip, the updater's bundle, the Flink jar, the library; and, only for the
 * one-machine run, the embedded Flink. Skips an artefact whose sources haven't changed since its last build.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { CLI, DIST, EMBEDDED_FLINK, FLINK_JAR, LAYER_ZIP, UPDATER_BUNDLE } from "./artefact-paths";
import { buildCli } from "./build-cli";
import { buildLayer } from "./build-layer";
import { buildLibrary } from "./build-library";
import { buildUpdater } from "./build-updater";
import { javaCommand } from "./java-command";

const ROOT = path.join(__dirname, "..");
const MIN_JAVA_VERSION = 17;

/** A failed build. The message is one sentence for the person who started it. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** Something that is built from sources. */
interface Artefact {
  readonly name: string;
  /** The files and folders that it is built from, relative to the project's root. */
  readonly sources: readonly string[];
  readonly result: string;
  readonly build: (progress: (line: string) => void) => Promise<void>;
}

/** What runs in AWS and in the one-machine run. */
export const RUNTIME_ARTEFACTS: readonly Artefact[] = [
  {
    name: "the layer",
    sources: ["layer", "runtime/contract.ts", "scripts/build-layer.ts", "package-lock.json"],
    result: LAYER_ZIP,
    build: () => buildLayer(DIST),
  },
  {
    name: "the updater",
    sources: ["runtime", "scripts/build-updater.ts", "scripts/third-party-notices.ts", "package-lock.json"],
    result: UPDATER_BUNDLE,
    build: () => buildUpdater(DIST),
  },
  {
    name: "the Flink job",
    sources: [
      "pom.xml",
      "runtime/flink",
      "runtime/flink-connector-kinesis",
      "runtime/flink-format-cloudwatch-logs",
      "local/flink",
    ],
    result: FLINK_JAR,
    build: buildWithMaven,
  },
];

/** The library that a Pulumi program imports, the plugin, and the command line program. */
const LIBRARY: readonly Artefact[] = [
  {
    name: "the library",
    sources: ["components", "plugin", "runtime", "tsconfig.json", "tsconfig.build.json", "package-lock.json"],
    result: path.join(DIST, "components", "index.js"),
    build: () => buildLibrary(ROOT),
  },
  {
    name: "the command line program",
    sources: [
      "cli",
      "docs/operations.md",
      "layer/flush-policy.ts",
      "local",
      "report",
      "runtime",
      "scripts/build-cli.ts",
      "scripts/third-party-notices.ts",
      "package-lock.json",
    ],
    result: CLI,
    build: () => buildCli(DIST),
  },
];

/**
 * Builds the artefacts that are missing or whose sources have changed.
 *
 * @param progress gets a line when a build starts, and one with its duration when it ends.
 * @param artefacts all of them by default.
 * @throws BuildError if a tool is missing or a build fails.
 */
export async function build(
  progress: (line: string) => void,
  artefacts: readonly Artefact[] = [...RUNTIME_ARTEFACTS, ...LIBRARY],
): Promise<void> {
  fs.mkdirSync(DIST, { recursive: true });
  for (const artefact of artefacts) {
    const stamp = path.join(DIST, `.${artefact.name.replaceAll(" ", "-")}.sources`);
    const fingerprint = fingerprintOf(artefact.sources);
    if (fs.existsSync(artefact.result) && readIfThere(stamp) === fingerprint) continue;
    progress(`building ${artefact.name} …`);
    const startedAt = Date.now();
    await artefact.build(progress);
    fs.writeFileSync(stamp, fingerprint);
    progress(`built ${artefact.name} in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
}

function readIfThere(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

function fingerprintOf(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap(filesBelow)) {
    hash.update(path.relative(ROOT, file)).update("\0").update(fs.readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(source: string): string[] {
  const start = path.join(ROOT, source);
  if (fs.statSync(start).isFile()) return [start];
  return fs
    .readdirSync(start, { withFileTypes: true })
    .filter((entry) => entry.name !== "target")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesBelow(path.join(source, entry.name)));
}

async function buildWithMaven(progress: (line: string) => void): Promise<void> {
  checkJava();
  progress("  with Maven; the first time it downloads about 250 MB");
  // Flink's jars, and what Maven knows of them. It would leave those that an earlier build needed on the class path.
  for (const folder of ["lib", "dependency-maven-plugin-markers"]) {
    fs.rmSync(path.join(EMBEDDED_FLINK, folder), { recursive: true, force: true });
  }
  const maven = spawn("mvn", ["-B", "-q", "-DskipTests", "package"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const startedAt = Date.now();
  const ticker = setInterval(() => {
    progress(`  still building (${Math.round((Date.now() - startedAt) / 1_000)} s)`);
  }, 15_000);
  let output = "";
  for (const stream of [maven.stdout, maven.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  try {
    const [code] = (await once(maven, "close")) as [number | null];
    if (code !== 0) throw new BuildError(`Maven could not build the Flink job:\n${output.trim()}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new BuildError("Maven is needed to build the Flink job, and there is no mvn on the PATH.");
    }
    throw error;
  } finally {
    clearInterval(ticker);
  }
  fs.mkdirSync(path.dirname(FLINK_JAR), { recursive: true });
  const notices = "THIRD-PARTY-NOTICES.txt";
  fs.copyFileSync(
    path.join(ROOT, "runtime/flink/target/classes/META-INF", notices),
    path.join(path.dirname(FLINK_JAR), notices),
  );
  fs.copyFileSync(path.join(ROOT, "runtime/flink/target", path.basename(FLINK_JAR)), FLINK_JAR);
}

function checkJava(): void {
  const javac = javaCommand("javac");
  let version: string;
  try {
    version = execFileSync(javac, ["-version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch {
    throw new BuildError(
      `A JDK ${MIN_JAVA_VERSION} or later is needed to build the Flink job, and there is no ${javac}.`,
    );
  }
  const major = Number(/javac (\d+)/.exec(version)?.[1]);
  if (!(major >= MIN_JAVA_VERSION)) {
    throw new BuildError(
      `A JDK ${MIN_JAVA_VERSION} or later is needed to build the Flink job; ${javac} is ${version.trim()}.`,
    );
  }
}

if (require.main === module) {
  build((line) => {
    console.log(line);
  }).catch((error: unknown) => {
    console.error(error instanceof BuildError ? error.message : error);
    process.exitCode = 1;
  });
}
