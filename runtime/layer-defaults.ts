/** The layer's defaults, in a file of their own so that the layer's bundle stays small. */
export const LAYER_LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export const LAYER_DEFAULTS = { flushInterval: "60s", logLevel: "warn" } as const;
