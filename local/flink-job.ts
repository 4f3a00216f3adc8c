/** A job of the embedded Flink, as far as the local run and the tests need Flink's REST API. */
import { setTimeout as delay } from "node:timers/promises";
import { FlinkError, rootCause } from "./flink-error";

const POLL_MS = 50;

/** "REST API", /jobs/:jobid: the fields that are read here. */
interface JobDetails {
  readonly state: string;
  readonly vertices: readonly { readonly id: string }[];
  readonly plan: { readonly nodes: readonly { readonly id: string; readonly inputs?: readonly unknown[] }[] };
}

/** "REST API", /jobs/:jobid/savepoints/:triggerid, and the same for checkpoints. */
interface Operation {
  readonly status: { readonly id: string };
  readonly operation?: { readonly location?: string; readonly "failure-cause"?: unknown };
}

export class FlinkJob {
  private constructor(
    private readonly restPort: number,
    readonly id: string,
  ) {}

  /**
   * The job of a cluster that was submitted last.
   *
   * @param restPort the port of the cluster's REST API, on the loopback interface.
   * @param earlierIds the ids of all jobs that were submitted before.
   */
  static async submittedAfter(restPort: number, earlierIds: readonly string[]): Promise<FlinkJob> {
    const { jobs } = await request<{ jobs: { id: string }[] }>(restPort, "GET", "/jobs");
    const id = jobs.map((job) => job.id).find((each) => !earlierIds.includes(each));
    if (id === undefined) throw new FlinkError("The jar's main method submitted no job.");
    return new FlinkJob(restPort, id);
  }

  /**
   * Waits until every operator has seen event time pass a moment, so that all records before it have been processed.
   *
   * @param watermarkMs the moment, in epoch milliseconds.
   * @throws FlinkError if the job fails.
   */
  async awaitWatermark(watermarkMs: number): Promise<void> {
    while ((await this.watermark()) < watermarkMs) await delay(POLL_MS);
  }

  /** The lowest watermark of all operators behind the sources, in epoch milliseconds; -Infinity before there is one. */
  async watermark(): Promise<number> {
    const { plan } = await this.details();
    let lowest = Infinity;
    // A source has no input, hence no input watermark.
    for (const { id } of plan.nodes.filter(({ inputs = [] }) => inputs.length > 0)) {
      const values = await this.get<{ value: string }[]>(`/vertices/${id}/watermarks`);
      lowest = Math.min(lowest, ...(values.length ? values.map(({ value }) => Number(value)) : [-Infinity]));
    }
    return lowest;
  }

  /**
   * A metric's sum over all operators that have it; 0 if none has.
   *
   * @param name the end of its name, such as `numLateRecordsDropped` or `Writer.numRecordsIn`.
   */
  async metric(name: string): Promise<number> {
    let sum = 0;
    for (const { id } of (await this.details()).vertices) {
      const metrics = `/vertices/${id}/subtasks/metrics`;
      const names = (await this.get<{ id: string }[]>(metrics)).map((metric) => metric.id);
      const wanted = names.filter((each) => each.endsWith(name));
      if (wanted.length === 0) continue;
      const query = new URLSearchParams({ get: wanted.join(","), agg: "sum" });
      const sums = await this.get<{ sum: number }[]>(`${metrics}?${query.toString()}`);
      for (const { sum: value } of sums) sum += value;
    }
    return sum;
  }

  /** The names of all metrics of the job and of its operators. */
  async metricNames(): Promise<string[]> {
    const { vertices } = await this.details();
    const groups = ["/metrics", ...vertices.map(({ id }) => `/vertices/${id}/subtasks/metrics`)];
    const metrics = await Promise.all(groups.map((group) => this.get<{ id: string }[]>(group)));
    return metrics.flat().map(({ id }) => id);
  }

  /** Waits until the sink has sent every record that has reached it, or dropped it because of its size. */
  async awaitSent(): Promise<void> {
    for (;;) {
      const sent = await this.metric("Writer.numRecordsSend");
      const dropped = await this.metric("recordsTooLarge");
      if (sent + dropped >= (await this.metric("Writer.numRecordsIn"))) return;
      await delay(POLL_MS);
    }
  }

  /** Triggers a checkpoint and waits for it. Flink's configuration says where it is written and whether it is kept. */
  async checkpoint(): Promise<void> {
    await this.operation("checkpoints", "checkpoints", { checkpointType: "FULL" });
  }

  /**
   * Stops the job with a savepoint.
   *
   * @param savepoints the folder for the savepoint.
   * @param drain whether the job ends as if its input had ended: open windows close, and their results are sent.
   *   Otherwise the savepoint holds them.
   * @returns the savepoint's path.
   */
  async stop(savepoints: string, drain: boolean): Promise<string> {
    const body = { targetDirectory: `file://${savepoints}`, drain };
    return (await this.operation("stop", "savepoints", body)).location ?? "";
  }

  /** Triggers an asynchronous operation and waits for its result. */
  private async operation(name: string, results: string, body: unknown): Promise<{ location?: string }> {
    const { "request-id": id } = await request<{ "request-id": string }>(
      this.restPort,
      "POST",
      `/jobs/${this.id}/${name}`,
      body,
    );
    for (;;) {
      const { status, operation } = await this.get<Operation>(`/${results}/${id}`);
      if (operation?.["failure-cause"] !== undefined) {
        await this.details();
        throw new FlinkError(`The job's ${name} failed: ${causeOf(operation["failure-cause"])}`);
      }
      if (status.id === "COMPLETED") return operation ?? {};
      await delay(POLL_MS);
    }
  }

  /** @throws FlinkError if the job has failed. */
  private async details(): Promise<JobDetails> {
    const details = await this.get<JobDetails>("");
    if (details.state === "FAILED" || details.state === "RESTARTING") {
      const { exceptionHistory } = await this.get<{
        exceptionHistory: { entries: { stacktrace: string }[] };
      }>("/exceptions");
      const [entry] = exceptionHistory.entries;
      throw new FlinkError(`The Flink job failed: ${rootCause(entry?.stacktrace.split("\n") ?? [])}`);
    }
    return details;
  }

  private async get<T>(resource: string): Promise<T> {
    return request(this.restPort, "GET", `/jobs/${this.id}${resource}`);
  }
}

function causeOf(failure: unknown): string {
  const { "stack-trace": trace = "" } = failure as { readonly "stack-trace"?: string };
  return rootCause(trace.split("\n"));
}

async function request<T>(port: number, method: string, resource: string, body?: unknown): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${resource}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!answer.ok) {
    throw new FlinkError(
      `Flink answered ${method} ${resource} with ${answer.status}: ${await answer.text()}`,
    );
  }
  return (await answer.json()) as T;
}
