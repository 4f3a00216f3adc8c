/** The kinds of changes that the updater makes, by its reasons (docs/operations.md). */
import type { ChangeData } from "../data";
import type { Shape } from "./charts/marks";
import type { Colors } from "./colors";

/** How a kind is drawn. */
interface Kind {
  readonly shape: Shape;
  readonly color: keyof Colors;
  /** In a legend: classes of the style's. */
  readonly mark: string;
}

const TAKEN_BACK: Kind = { shape: "back", color: "takenBack", mark: "back" };
const OTHER: Kind = { shape: "dot", color: "ink", mark: "dot" };
const KINDS: Readonly<Record<string, Kind>> = {
  "memory-pressure": { shape: "up", color: "pressure", mark: "up" },
  faster: { shape: "up", color: "accent", mark: "up accent" },
  regression: TAKEN_BACK,
  rollback: TAKEN_BACK,
  "back-to-baseline": TAKEN_BACK,
};

export function kindOf(reason: string): Kind {
  return KINDS[reason] ?? OTHER;
}

export function isTakenBack({ reason }: ChangeData): boolean {
  return kindOf(reason) === TAKEN_BACK;
}
