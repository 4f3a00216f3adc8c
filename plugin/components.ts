/** The components that other languages have, after the files that document their arguments' types: the analyzer reads in this order. */
export * from "../components/enums";
export * from "../components/function-tag";
export * from "./settings-args";
export * from "./vpc-config";
export * from "./lambda-memory-optimizer";
export * from "./joined-function";
