/** What defines a type of config value. value-types.ts and collection-types.ts have the types. */

/** The types that Pulumi.yaml's config section knows ("Project file reference", `config`). */
export type SchemaType = "string" | "integer" | "boolean" | "array" | "object";

/** A type of config value. */
export interface ValueType<T> {
  /** What is allowed, as the end of a sentence that starts with "it must be". */
  readonly allowed: string;
  /** The value that a text, or a program's own value, stands for; undefined where it isn't allowed. */
  readonly parse: (value: unknown) => T | undefined;
  /** The stack config key's type. A number with a fraction is a string there, because the schema has no type for it. */
  readonly schema: SchemaType;
  /** The component argument's type, as TypeScript writes it. */
  readonly typescript: string;
  /** The values of a choice, for which the generator writes an enum. */
  readonly choices?: readonly string[];
  /** How the Flink job checks it: a rule that its ParameterRules knows, followed by its limits. */
  readonly flink?: string;
  /** For a value that isn't allowed, the value that was probably meant, as in `0.15 for 15%`. */
  readonly meant?: (value: unknown) => string | undefined;
}
