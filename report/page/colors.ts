/** The style's colours, for what is drawn rather than styled. */

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

/** As they are now: they follow the system's light or dark. */
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

/** Calls back whenever the system goes from light to dark, or back. */
export function onColorsChange(callback: () => void, signal: AbortSignal): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
}
