/**
 * Node's options for a process that runs TypeScript. With `--import tsx`, which also covers ES modules, it would start
 * three times as slowly; the project has none.
 */
export const TYPESCRIPT_LOADER: readonly string[] = ["--require", require.resolve("tsx/cjs")];
