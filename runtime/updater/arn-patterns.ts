/** ARN patterns as IAM writes them: `*` stands for any text, `?` for one character. */

/**
 * @param patterns patterns separated by commas; an empty text matches nothing.
 * @param arn unqualified.
 */
export function matchesAny(patterns: string, arn: string): boolean {
  return patterns.split(",").some((pattern) => expression(pattern).test(arn));
}

function expression(pattern: string): RegExp {
  // Runs of * are one *, so that no pattern makes the match slow.
  const parts = pattern.replaceAll(/\*+/g, "*").split(/([*?])/);
  const source = parts.map((part) =>
    part === "*" ? ".*" : part === "?" ? "." : part.replaceAll(/[^A-Za-z0-9]/g, "\\$&"),
  );
  return new RegExp(`^${source.join("")}$`, "s");
}
