/** A value that can't be used; the message is one sentence that names the key, the value and what is allowed. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}
