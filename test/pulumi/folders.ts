/** Folders to run programs in: a fresh checkout with placeholders for what the build makes, and an npm project. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";
import { temporaryFolder } from "../support/temporary-folder";
import { PROJECT_ROOT } from "./language-host";

/** The program's files in a new folder, so that a test never depends on what `dist/` holds. */
export function checkout(): string {
  const folder = temporaryFolder();
  for (const name of ["components", "plugin", "runtime", "examples"]) {
    fs.cpSync(path.join(PROJECT_ROOT, name), path.join(folder, name), {
      recursive: true,
      filter: (file) => fs.statSync(file).isDirectory() || /\.(ts|cjs|yaml|json)$/.test(file),
    });
  }
  for (const file of fs.readdirSync(PROJECT_ROOT)) {
    if (/^(index\.ts|Pulumi.*\.yaml|package\.json|tsconfig.*\.json|README\.md|LICENSE)$/.test(file)) {
      fs.copyFileSync(path.join(PROJECT_ROOT, file), path.join(folder, file));
    }
  }
  fs.symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(folder, "node_modules"));
  writeArtefact(folder, "layer.zip", "layer");
  writeArtefact(folder, "updater/index.js", "exports.handler = async () => undefined;");
  writeArtefact(folder, "cli/main.mjs", "#!/usr/bin/env node");
  writeArtefact(folder, "cli/THIRD-PARTY-NOTICES.txt", "notices");
  writeArtefact(folder, "updater/THIRD-PARTY-NOTICES.txt", "notices");
  writeArtefact(folder, "flink/THIRD-PARTY-NOTICES.txt", "notices");
  writeArtefact(folder, "flink/lambda-memory-optimizer-flink.jar", "jar");
  return folder;
}

/** Puts a placeholder where the build would put an artefact. */
export function writeArtefact(folder: string, file: string, content: string): void {
  const place = path.join(folder, "dist", file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, content);
}

/**
 * An empty npm project with the package in it, as `npm install` unpacks it, and the peers beside it.
 *
 * @returns the project's folder, and the names of the files that the package holds.
 */
export function projectWithPackage(): { folder: string; package: string; files: string[] } {
  const folder = temporaryFolder();
  packed ??= packedPackage();
  const home = path.join(folder, "node_modules", "lambda-memory-optimizer");
  fs.mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", packed.tarball, "--strip-components=1", "-C", home]);
  for (const peer of ["@pulumi", "@types", "fastest-levenshtein", "typescript", "zod"]) {
    fs.symlinkSync(path.join(PROJECT_ROOT, "node_modules", peer), path.join(folder, "node_modules", peer));
  }
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
  return { folder, package: home, files: packed.files };
}

/** The test files of a process share it, because building the library takes seconds. */
let packed: ReturnType<typeof packedPackage> | undefined;

/** Builds and packs the package in a checkout of its own. */
function packedPackage(): { tarball: string; files: string[] } {
  const source = checkout();
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: source, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  run(process.execPath, ...TYPESCRIPT_LOADER, path.join(PROJECT_ROOT, "scripts", "build-library.ts"), source);
  const [{ filename, files }] = JSON.parse(run("npm", "pack", "--json", "--ignore-scripts")) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: path.join(source, filename), files: files.map((file) => file.path) };
}

/** The examples that are TypeScript programs. */
export function typeScriptExamples(): string[] {
  const folder = path.join(PROJECT_ROOT, "examples");
  return fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, "index.ts")));
}
