/** Suggests names for one that doesn't exist. */
import { distance } from "fastest-levenshtein";

const MAX_SUGGESTIONS = 3;

/**
 * At most three names that differ from the given one by the fewest letters; none if all of them are far off.
 *
 * @param name such as `windowLenght`.
 * @param names all existing names.
 */
export function nearest(name: string, names: readonly string[]): string[] {
  const farthest = Math.max(2, Math.floor(name.length / 3));
  const ranked = names
    .map((each) => ({ each, letters: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ letters }) => letters <= farthest)
    .sort((a, b) => a.letters - b.letters);
  return ranked
    .filter(({ letters }) => letters <= (ranked[0]?.letters ?? 0) + 1)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ each }) => each);
}

/**
 * Returns the end of a sentence about a name that doesn't exist: `; the nearest is windowLength.`
 *
 * @param elsewhere what to say if no name is near.
 */
export function suggestion(name: string, names: readonly string[], elsewhere: string): string {
  const near = nearest(name, names);
  if (near.length === 0) return `; ${elsewhere}.`;
  const all = near.length === 1 ? near[0] : `${near.slice(0, -1).join(", ")} and ${near.at(-1)}`;
  return `; the nearest ${near.length === 1 ? "is" : "are"} ${all}.`;
}
