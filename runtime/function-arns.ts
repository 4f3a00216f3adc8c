/**
 * The grammars of Lambda functions' ARNs, each a regular expression for JavaScript and Java. They are not in arns.ts
 * because the layer bundles that file, which must stay small.
 */

/**
 * The prefix that the ARNs of all functions of an account and region share; its groups are partition, region, account.
 */
export const FUNCTION_ARN_PREFIX = "arn:(aws[a-z-]*):lambda:([a-z0-9-]+):([0-9]{12}):function:";

/** A function's name ("CreateFunction" in the Lambda API reference). */
export const FUNCTION_NAME = "[a-zA-Z0-9_-]{1,64}";

/**
 * A Lambda function's unqualified ARN ("FunctionArn" in the Lambda API reference); its groups are partition, region,
 * account and the function's name.
 */
export const FUNCTION_ARN = `${FUNCTION_ARN_PREFIX}(${FUNCTION_NAME})`;

/** The ARNs of several functions as IAM takes them: `*` and `?` may stand for any text in each part. */
export const FUNCTION_ARN_PATTERN = "arn:[^:]+:lambda:[^:]+:[^:]+:function:[^:]+";

/** Matches a text that is a function's name and nothing else. */
export const WHOLE_FUNCTION_NAME = new RegExp(`^${FUNCTION_NAME}$`);
