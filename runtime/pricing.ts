/** Dollars for a GB-second in the first tier, us-east-1 ("AWS Lambda Pricing"). */
export const DOLLARS_PER_GB_SECOND = { x86_64: 0.0000166667, arm64: 0.0000133334 } as const;
export type Architecture = keyof typeof DOLLARS_PER_GB_SECOND;
