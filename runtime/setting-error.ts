/**
 * Rejects a value that can't be used. The message is one sentence that names the key, the value and what is allowed.
 */
export class SettingError extends Error {
  override readonly name = "SettingError";
}
