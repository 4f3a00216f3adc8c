/** Where the build puts things. */
import path from "node:path";

const ROOT = path.join(__dirname, "..");
export const DIST = path.join(ROOT, "dist");
export const LAYER_ZIP = path.join(DIST, "layer.zip");
export const UPDATER_BUNDLE = path.join(DIST, "updater", "index.js");
export const FLINK_JAR = path.join(DIST, "flink", "lambda-memory-optimizer-flink.jar");
export const CLI = path.join(DIST, "cli", "main.mjs");
/** The folder of jars that an embedded Flink has on its class path. */
export const EMBEDDED_FLINK = path.join(ROOT, "local", "flink", "target");
