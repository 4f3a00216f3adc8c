/** The style's colours, for drawings that CSS can't style. */

export interface Colors {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly used: string;
  readonly usedFill: string;
  readonly accent: string;
  readonly cost: string;
  readonly pressure: string;
  readonly takenBack: string;
  readonly tooSmall: string;
}

/** The current colours, which follow the system's light or dark mode. */
export function colors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    muted: of("muted"),
    grid: of("grid"),
    surface: of("surface"),
    used: of("used"),
    usedFill: of("used-fill"),
    accent: of("accent"),
    cost: of("cost"),
    pressure: of("pressure"),
    takenBack: of("taken-back"),
    tooSmall: of("too-small"),
  };
}

/** Calls back whenever the system switches between light and dark mode. */
export function onColorsChange(callback: () => void, signal: AbortSignal): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
}
