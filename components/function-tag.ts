/** A tag that a function must carry. */
export interface FunctionTag {
  /** The tag's key. */
  readonly key: string;
  /** The tag's value. */
  readonly value: string;
}
