/** Work that can wait: one piece per turn of the event loop, so that no event waits for more than one. */
const pieces: (() => void)[] = [];

/** Has `piece` run in a later turn, after those that wait already. */
export function later(piece: () => void): void {
  pieces.push(piece);
  if (pieces.length === 1) setImmediate(runFirst);
}

/** Resolves in a later turn: for work in several pieces. */
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
