/** Changes the present for a process: all its calls of Date get that time. Timers are unaffected. */

const RealDate = Date;
let now = RealDate.now.bind(RealDate);

/** Moves the present ahead by this much; time passes at its usual speed. */
export function shiftClock(offsetMs: number): void {
  now = () => RealDate.now() + offsetMs;
  globalThis.Date = OtherDate;
}

/**
 * Stops time at a moment, so that decisions that depend on it are the same on every machine.
 *
 * @param nowMs epoch milliseconds.
 */
export function stopClock(nowMs: number): void {
  now = () => nowMs;
  globalThis.Date = OtherDate;
}

/** Restores the true time. */
export function trueClock(): void {
  globalThis.Date = RealDate;
}

const OtherDate = new Proxy(RealDate, {
  construct: (date, args: unknown[], newTarget) =>
    Reflect.construct(date, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (date, property, receiver): unknown =>
    property === "now" ? () => now() : Reflect.get(date, property, receiver),
});
