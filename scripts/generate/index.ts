/**
 * `npm run generate` writes every file that is generated from runtime/config-table.ts, the plugin's schema, and the table
 * of docs/cost.md. With `-- --check` it only names stale files, and fails if there are any.
 */
import fs from "node:fs";
import path from "node:path";
import prettier from "prettier";
import { argumentTypes, pluginArgumentTypes } from "./argument-types";
import { costTable } from "./cost-table";
import { enums } from "./enums";
import { flinkParameters, streamArnPattern } from "./flink-parameters";
import { defaultParameters, parameterCases, parameterSets } from "./flink-test-data";
import { pluginSchema } from "./plugin-schema";
import { layerTable, readmeTables } from "./tables";
import { configSection } from "./config-section";

const ROOT = path.join(__dirname, "../..");
const FLINK_TEST_DATA = "runtime/flink/src/test/resources";

/** A generated file, or one with generated sections. `content` gets the current text. A file may depend on earlier ones. */
interface Generated {
  readonly file: string;
  readonly content: (current: string) => string;
}

export const GENERATED: readonly Generated[] = [
  { file: "Pulumi.yaml", content: configSection },
  { file: "README.md", content: readmeTables },
  { file: "docs/layer.md", content: layerTable },
  { file: "docs/cost.md", content: costTable },
  { file: "components/enums.ts", content: enums },
  { file: "components/settings-args.ts", content: argumentTypes },
  { file: "plugin/settings-args.ts", content: pluginArgumentTypes },
  { file: "plugin/schema.json", content: pluginSchema },
  { file: "runtime/flink/src/main/resources/parameters.properties", content: flinkParameters },
  {
    file: "runtime/flink-connector-kinesis/src/main/resources/stream-arn.regex",
    content: streamArnPattern,
  },
  { file: `${FLINK_TEST_DATA}/default-parameters.properties`, content: defaultParameters },
  { file: `${FLINK_TEST_DATA}/parameter-cases.tsv`, content: parameterCases },
  { file: `${FLINK_TEST_DATA}/parameter-sets.tsv`, content: parameterSets },
];

/**
 * The files that are out of date.
 *
 * @param found gets each file with its correct content, before the files that depend on it are generated.
 */
export async function staleFiles(found: (file: string, content: string) => void = () => undefined) {
  const stale: string[] = [];
  for (const { file, content } of GENERATED) {
    const current = readIfThere(path.join(ROOT, file));
    const expected = await formatted(file, content(current));
    if (expected === current) continue;
    stale.push(file);
    found(file, expected);
  }
  return stale;
}

async function formatted(file: string, content: string): Promise<string> {
  const filepath = path.join(ROOT, file);
  const { inferredParser } = await prettier.getFileInfo(filepath);
  if (inferredParser === null) return content;
  return prettier.format(content, { ...(await prettier.resolveConfig(filepath)), filepath });
}

function write(file: string, content: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

async function main(): Promise<void> {
  const onlyChecks = process.argv.includes("--check");
  const stale = await staleFiles((file, content) => {
    if (!onlyChecks) write(path.join(ROOT, file), content);
    console.log(onlyChecks ? `${file} is stale; run npm run generate.` : `wrote ${file}`);
  });
  if (onlyChecks && stale.length > 0) process.exitCode = 1;
}

if (require.main === module) void main();
