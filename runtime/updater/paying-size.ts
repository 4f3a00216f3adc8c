/** Finds the size that pays: between what memory needs and the live size, or above the live size for speed. Pure. */
import { chooseSize, fasterSize, forecast, type SizeQuestion } from "../sizing/choose-size";
import type { ChangeReason, Tidings } from "./outcome";
import type { SizeSettings } from "./target-size";

/** How much more an invocation may cost at the faster size that is shown if `speedUpCost` is 0, as a fraction. */
const SHOWN_SPEED_UP_COST = 0.05;

export interface PayingSize extends Tidings {
  /** In MB; the live size if the function is left alone. */
  readonly to: number;
  readonly reason: ChangeReason;
  /** Why the function is left alone, if it is. */
  readonly leftAlone?: "would-be-slower" | "saves-too-little";
}

/**
 * @param question its floor is the size that memory alone asks for.
 * @param showsSpeedUp whether to look for a faster size even if it would not be set. This is expensive: it tries a
 *   thousand forms of the function's curve at every size.
 */
export function payingSize(
  question: SizeQuestion,
  { maxMemoryMB }: Pick<SizeSettings, "maxMemoryMB">,
  showsSpeedUp: boolean,
): PayingSize {
  const { liveMB, floorMB, limits } = question;
  const choice = chooseSize(question);
  const liveMs = question.model.durationMs(liveMB);
  const faster = showsSpeedUp ? fasterSize(question, limits.speedUpCost || SHOWN_SPEED_UP_COST) : undefined;
  const tidings = (ofMB: number): Tidings => ({
    forecast: { toMB: ofMB, ...(ofMB === choice.toMB ? choice.forecast : forecast(question, ofMB)) },
    ...(liveMs !== undefined && { liveMs }),
    ...(faster !== undefined && { speedUp: { toMB: faster, ...forecast(question, faster) } }),
  });
  switch (choice.reason) {
    case "would-be-slower":
    case "saves-too-little": {
      if (liveMB <= maxMemoryMB) {
        return { to: liveMB, reason: "window", leftAlone: choice.reason, ...tidings(floorMB) };
      }
      // The stack's bounds come before durations.
      const to = Math.max(maxMemoryMB, floorMB);
      return { to, reason: "window", ...tidings(to) };
    }
    case "faster":
    case "back-to-baseline":
      return { to: choice.toMB, reason: choice.reason, ...tidings(choice.toMB) };
    case "memory":
    case "cheaper": {
      const to = choice.toMB > floorMB ? Math.max(Math.min(choice.toMB, maxMemoryMB), floorMB) : choice.toMB;
      return { to, reason: "window", ...tidings(to) };
    }
  }
}
