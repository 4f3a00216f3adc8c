import fc from "fast-check";

// Otherwise the SDK warns in every run about the Node version that it will need next year.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// The same cases in every run; FC_SEED asks for others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

export { mochaHooks } from "./close-at-end";
