/** What the steps of the updater work with. */
import type { Settings } from "../settings";
import type { DeadLetters } from "./dead-letters";
import type { Deadline } from "./deadline";
import type { Enrolment } from "./deployment";
import type { HistoryTable } from "./history-table";
import type { LambdaFunctions } from "./lambda-functions";
import type { Lanes } from "./lanes";
import type { MissingFunctions } from "./missing-functions";
import type { PressureSent } from "./pressure-sent";
import type { Report } from "./report";

/** Everything that is called over the network; every call ends with the invocation's time. */
export interface Connections {
  readonly functions: LambdaFunctions;
  readonly histories: HistoryTable;
  readonly deadLetters: DeadLetters;
}

/** Created once per sandbox. */
export interface Services {
  readonly settings: Settings;
  readonly enrolment: Enrolment;
  readonly missing: MissingFunctions;
  readonly pressureSent: PressureSent;
  readonly connect: (deadline: Deadline) => Connections;
}

/** What belongs to one invocation. */
export interface Invocation extends Connections {
  readonly updaterArn: string;
  readonly deadline: Deadline;
  readonly lanes: Lanes;
  readonly report: Report;
}
