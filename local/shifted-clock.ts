/** Another present for a process: everything in it that asks Date for the time gets that one. Timers stay true. */

const RealDate = Date;
let now = RealDate.now.bind(RealDate);

/** Puts the present that far ahead; time passes as fast as it does. */
export function shiftClock(offsetMs: number): void {
  now = () => RealDate.now() + offsetMs;
  globalThis.Date = OtherDate;
}

/**
 * Stops the time at a moment, so that what is decided by it comes out the same on every machine.
 *
 * @param nowMs epoch milliseconds.
 */
export function stopClock(nowMs: number): void {
  now = () => nowMs;
  globalThis.Date = OtherDate;
}

/** The present is the true one again. */
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
