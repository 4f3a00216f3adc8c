/** What the user can mend: one sentence that says what is wrong and the way out of it. */
export class Failure extends Error {
  override readonly name = "Failure";

  /** @param exitCode 1: it could not be done; 2: the command line is wrong. */
  constructor(
    sentence: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(sentence);
  }
}
