/** Runs work that can wait, one piece per turn of the event loop, so that no event waits for more than one piece. */
const pieces: (() => void)[] = [];

/** Runs `piece` in a later turn, after the pieces that are already waiting. */
export function later(piece: () => void): void {
  pieces.push(piece);
  if (pieces.length === 1) setImmediate(runFirst);
}

/** Resolves in a later turn. Splits longer work into pieces. */
export function turn(): Promise<void> {
  return new Promise(later);
}

function runFirst(): void {
  const [first] = pieces;
  try {
    first?.();
  } finally {
    pieces.shift();
    if (pieces.length > 0) setImmediate(runFirst);
  }
}
