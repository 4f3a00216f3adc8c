/** A tag that a function must carry. */
export interface FunctionTag {
  readonly key: string;
  readonly value: string;
}
