/** The same object without some of its fields. */
export function omit<T extends object, K extends keyof T>(value: T, ...fields: K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(value).filter(([field]) => !(fields as PropertyKey[]).includes(field)),
  ) as Omit<T, K>;
}
