/** Finds the built artefacts in `dist/`, both in a checkout (after `npm run build`) and in the npm package. */
import * as fs from "node:fs";
import * as path from "node:path";
import { SettingError } from "../runtime/settings";

/** Paths of the built artefacts that a deployment uploads. Give your own to deploy a build that isn't in `dist/`. */
export interface Artefacts {
  /** The layer's zip: `extensions/lambda-memory-optimizer` and `lambda-memory-optimizer/extension.cjs`. */
  readonly layerZip: string;
  /** The updater's bundle, a CommonJS module that exports `handler`. */
  readonly updaterBundle: string;
  /** The Flink application's jar, with its dependencies. */
  readonly flinkJar: string;
}

const DIST = path.join(packageRoot(__dirname), "dist");

/**
 * The artefacts' paths. Each must exist, so that a preview fails without a build.
 *
 * @param overrides paths to use instead of the package's own.
 * @throws SettingError if a file is missing.
 */
export function findArtefacts(overrides: Partial<Artefacts> = {}): Artefacts {
  const artefacts: Artefacts = {
    layerZip: path.join(DIST, "layer.zip"),
    updaterBundle: path.join(DIST, "updater", "index.js"),
    flinkJar: path.join(DIST, "flink", "lambda-memory-optimizer-flink.jar"),
    ...overrides,
  };
  for (const [name, file] of Object.entries(artefacts) as [keyof Artefacts, string][]) {
    if (!fs.existsSync(file)) {
      const advice = name in overrides ? "it must name a built file" : "run npm run build first";
      throw new SettingError(
        `artefacts.${name} is ${JSON.stringify(file)}, which does not exist; ${advice}.`,
      );
    }
  }
  return artefacts;
}

/** The folder of package.json. A module runs from `components/` in a checkout and from `dist/components/` in the package. */
export function packageRoot(folder: string): string {
  return fs.existsSync(path.join(folder, "package.json")) ? folder : packageRoot(path.dirname(folder));
}
