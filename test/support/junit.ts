/** Runs Maven's JUnit tests and reports them one by one. */
import { XMLParser } from "fast-xml-parser";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "../..");

/** One JUnit test, as Surefire reports it ("Surefire report XML schema"). */
export interface JUnitTest {
  /** The class's name without its package. */
  readonly className: string;
  readonly name: string;
  /** What went wrong; undefined if it passed. */
  readonly failure: string | undefined;
  readonly skipped: boolean;
}

interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly failure?: Problem;
  readonly error?: Problem;
  readonly skipped?: unknown;
}
type Problem = string | { readonly "#text"?: string; readonly message?: string };

/**
 * Runs the tests of some Maven modules.
 *
 * @param modules their folders, from the project's root.
 * @throws Error with Maven's output, if the modules don't compile or Maven fails otherwise.
 */
export async function runJUnit(modules: readonly string[]): Promise<JUnitTest[]> {
  const reports = modules.map((module) => path.join(ROOT, module, "target", "surefire-reports"));
  for (const folder of reports) fs.rmSync(folder, { recursive: true, force: true });
  // Failing tests are in the reports. Maven then continues with the next module.
  await promisify(execFile)(
    "mvn",
    ["-B", "-q", "-Dmaven.test.failure.ignore", "-pl", modules.join(","), "test"],
    {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return reports.flatMap(reportsIn).flatMap(testsOf);
}

/** The names of the modules' test classes, from their source files. */
export function testClasses(modules: readonly string[]): string[] {
  return modules
    .flatMap((module) =>
      fs.readdirSync(path.join(ROOT, module, "src/test/java"), { recursive: true, encoding: "utf8" }),
    )
    .filter((file) => file.endsWith("Test.java"))
    .map((file) => path.basename(file, ".java"))
    .sort();
}

function reportsIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => /^TEST-.*\.xml$/.test(file))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
}

/** @param xml one report file's text. */
export function testsOf(xml: string): JUnitTest[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testcase",
    parseAttributeValue: false,
    processEntities: true,
  });
  const { testsuite } = parser.parse(xml) as { testsuite: { testcase?: readonly TestCase[] } };
  return (testsuite.testcase ?? []).map(({ name, classname, failure, error, skipped }) => ({
    className: classname.replace(/^.*\./, ""),
    name,
    failure: textOf(failure ?? error),
    skipped: skipped !== undefined,
  }));
}

function textOf(problem: Problem | undefined): string | undefined {
  if (problem === undefined || typeof problem === "string") return problem;
  return problem["#text"] ?? problem.message ?? "failed";
}
