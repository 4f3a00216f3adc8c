/** Another present for a process: everything in it that asks Date for the time gets a shifted one. Timers stay true. */

const RealDate = Date;
let offsetMs = 0;

/** @param nowMs the present from now on, in epoch milliseconds; time passes as fast as it does. */
export function setClock(nowMs: number): void {
  offsetMs = nowMs - RealDate.now();
  globalThis.Date = SHIFTED_DATE;
}

const shiftedNow = () => RealDate.now() + offsetMs;

const SHIFTED_DATE = new Proxy(RealDate, {
  construct: (date, args: unknown[], newTarget) =>
    Reflect.construct(date, args.length === 0 ? [shiftedNow()] : args, newTarget) as Date,
  apply: () => new RealDate(shiftedNow()).toString(),
  get: (date, property, receiver): unknown =>
    property === "now" ? shiftedNow : Reflect.get(date, property, receiver),
});
