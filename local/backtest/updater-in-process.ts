/**
 * Runs the updater's own code on one function after another in this process, with its network calls answered from
 * memory. Its clock is the history's, so Date returns that time here while it works.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import type { RecommendationStreamRecord } from "../../runtime/contract";
import type { Settings } from "../../runtime/settings";
import { Deadline } from "../../runtime/updater/deadline";
import { applyDeferred } from "../../runtime/updater/deferred";
import type { DeadLetters } from "../../runtime/updater/dead-letters";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { emptyHistory, type History } from "../../runtime/updater/history-item";
import type { HistoryTable } from "../../runtime/updater/history-table";
import type { FunctionState, LambdaFunctions } from "../../runtime/updater/lambda-functions";
import { Lanes } from "../../runtime/updater/lanes";
import { MissingFunctions } from "../../runtime/updater/missing-functions";
import type { Outcome } from "../../runtime/updater/outcome";
import { PressureSent } from "../../runtime/updater/pressure-sent";
import type { Report } from "../../runtime/updater/report";
import type { Invocation, Services } from "../../runtime/updater/services";
import { settle } from "../../runtime/updater/settle";
import type { Subject } from "./history";

/** Longer than any back-test, and the longest time that a timer takes. */
const NO_END_MS = 2 ** 31 - 1;

export class UpdaterInProcess {
  private live: FunctionState;
  private history: History;
  private outcomes: Outcome[] = [];
  private sequence = 0;
  private nowMs: number;
  private readonly updaterArn: string;

  /** @param startMs the moment since which the function has had its first size. */
  constructor(
    { functionName, functionArn, architecture, memorySizeMB }: Omit<Subject, "steps">,
    private readonly settings: Settings,
    startMs: number,
  ) {
    this.nowMs = startMs;
    this.updaterArn = functionArn.replace(/:function:.*/, ":function:lambda-memory-optimizer-updater");
    this.history = emptyHistory(functionName);
    this.live = {
      functionArn,
      version: "$LATEST",
      memorySizeMB,
      lastModifiedMs: startMs,
      lastUpdateStatus: "Successful",
      revisionId: "0",
      codeSha256: "back-test",
      tags: {},
      layerArns: [],
      telemetryStreamArn: undefined,
      managedInstances: false,
      durable: false,
      architecture,
      state: "Active",
      stateReason: undefined,
      deployment: "",
    };
  }

  get memorySizeMB(): number {
    return this.live.memorySizeMB;
  }

  /**
   * Settles one record of the recommendations stream.
   *
   * @param nowMs the present, in epoch milliseconds.
   * @returns what the updater reports; nothing for an observation that it only stores.
   */
  async settle(record: RecommendationStreamRecord, nowMs: number): Promise<Outcome[]> {
    return this.invoke(nowMs, (services, invocation) =>
      settle(this.kinesisRecord(record), services, invocation),
    );
  }

  /** Whether a change down waits for the change window. */
  get isDeferring(): boolean {
    return this.history.deferred !== undefined;
  }

  /** Applies changes that wait for the change window, like the schedule's event. */
  async applyDeferred(nowMs: number): Promise<Outcome[]> {
    return this.invoke(nowMs, applyDeferred);
  }

  private async invoke(
    nowMs: number,
    work: (services: Services, invocation: Invocation) => Promise<unknown>,
  ): Promise<Outcome[]> {
    this.nowMs = nowMs;
    this.outcomes = [];
    const invocation = {
      functions: this.functions as LambdaFunctions,
      histories: this.histories as HistoryTable,
      deadLetters: this.deadLetters as unknown as DeadLetters,
      updaterArn: this.updaterArn,
      deadline,
      lanes: new Lanes(1),
      report: this.report as unknown as Report,
    };
    const services = {
      settings: this.settings,
      enrolment: NO_ENROLMENT,
      missing: new MissingFunctions(),
      pressureSent: new PressureSent(this.settings),
      connect: () => invocation,
    };
    await work(services, invocation);
    return this.outcomes;
  }

  private kinesisRecord(record: RecommendationStreamRecord): KinesisStreamRecord {
    return {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: record.functionName,
        sequenceNumber: String(++this.sequence),
        data: Buffer.from(JSON.stringify(record)).toString("base64"),
        approximateArrivalTimestamp: this.nowMs / 1_000,
      },
    } as KinesisStreamRecord;
  }

  private readonly functions: Pick<LambdaFunctions, "read" | "changeMemory"> = {
    read: () => Promise.resolve(this.live),
    changeMemory: (_name, memorySizeMB) => {
      const revisionId = String(Number(this.live.revisionId) + 1);
      this.live = { ...this.live, memorySizeMB, lastModifiedMs: this.nowMs, revisionId };
      return Promise.resolve();
    },
  };

  private readonly histories: Pick<HistoryTable, "read" | "write" | "deferred"> = {
    deferred: () => asyncOf(this.history),
    read: () => Promise.resolve(this.history),
    write: (history, basis) => {
      this.history = { ...history, revision: basis.revision + 1 };
      return Promise.resolve(this.history);
    },
  };

  private readonly deadLetters = {
    send: (_record: unknown, reason: string) => {
      throw new Error(`the updater refuses a record of the back-test's own: ${reason}`);
    },
  };

  private readonly report: Pick<Report, "decision" | "postponed" | "observation"> = {
    decision: (_subject, outcome) => {
      if (outcome.status === "failed") throw new Error(`the updater failed: ${outcome.reason}`);
      this.outcomes.push(outcome);
    },
    postponed: () => {
      throw new Error("the updater ran out of time");
    },
    observation: () => undefined,
  };
}

const deadline = new Deadline(NO_END_MS);

// eslint-disable-next-line @typescript-eslint/require-await -- as a table's answer
async function* asyncOf(history: History): AsyncGenerator<History> {
  yield history;
}
