import { reporters, Runner, type MochaOptions } from "mocha";

/** Mocha's spec reporter with a last line that has the true counts: `N passed, N failed, N skipped`. */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
}
