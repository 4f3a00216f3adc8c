/** The components for other languages. The analyzer reads in this order, so their arguments' types come first. */
export * from "../components/enums";
export * from "../components/function-tag";
export * from "./settings-args";
export * from "./vpc-config";
export * from "./lambda-memory-optimizer";
export * from "./joined-function";
