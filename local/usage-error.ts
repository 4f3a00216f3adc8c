/** A command line that can't be carried out; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
