/** A problem that the user can solve. The message is one sentence that says what is wrong and what to do. */
export class Failure extends Error {
  override readonly name = "Failure";

  /** @param exitCode 2 for a wrong command line, otherwise 1. */
  constructor(
    sentence: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(sentence);
  }
}
