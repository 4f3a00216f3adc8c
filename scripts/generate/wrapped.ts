/** Lines of at most 105 characters. */
export function wrapped(text: string): string[] {
  return text.match(/.{1,105}(?:\s|$)/g)?.map((line) => line.trim()) ?? [];
}
