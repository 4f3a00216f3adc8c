import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { medianOf } from "../../bench/median";
import { privateMemoryMB } from "../../bench/process-memory";
import type { Sandbox, SandboxOptions } from "../../local/sandbox";
import { FakeKinesis, type Fate } from "./fake-kinesis";
import { shutDownSound, startLayer } from "./layer-sandbox";
import { report } from "./telemetry";

const INVOCATIONS = 40;

/** Invokes the sandbox on, and shows that the layer kept working. */
async function liveOn(sandbox: Sandbox, eachInvocation: () => unknown = () => undefined): Promise<void> {
  for (let index = 0; index < INVOCATIONS; index += 1) {
    await sandbox.invoke();
    await eachInvocation();
  }
  await shutDownSound(sandbox);
  const { nextLatenciesMs } = sandbox;
  if (nextLatenciesMs.length === 0) return;
  const medianMs = medianOf(nextLatenciesMs);
  assert.ok(medianMs <= 5, `the median /next took ${medianMs} ms of wall-clock time`);
}

/** Begins `count` deliveries, each on its own connection, and holds back the last byte of every body. */
async function beginDeliveries({ port }: URL, count: number, bytes: number): Promise<Socket[]> {
  const head = `POST / HTTP/1.1\r\nContent-Length: ${bytes}\r\n\r\n`;
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.write(head + "x".repeat(bytes - 1));
    await new Promise<void>((resolve) => {
      socket.once("drain", resolve).once("close", resolve);
    });
  }
  return sockets;
}

function linesWith({ log }: Sandbox, text: RegExp): string[] {
  return log.filter((line) => text.test(line));
}

describe("the layer, when something is wrong", () => {
  let kinesis: FakeKinesis;
  beforeEach(async () => {
    kinesis = await FakeKinesis.listen();
  });
  afterEach(() => kinesis.close());

  describe("stands by, logs why in one line and sends nothing", () => {
    const cases: { why: string; options: Partial<SandboxOptions>; says: RegExp }[] = [
      {
        why: "the telemetry subscription is refused",
        options: { refuse: { subscribe: 403 } },
        says: /telemetry can't be had \(HTTP 403/,
      },
      {
        why: "the telemetry subscription is unsupported (202)",
        options: { refuse: { subscribe: 202 } },
        says: /telemetry can't be had \(HTTP 202/,
      },
      {
        why: "there is no stream",
        options: { environment: { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "" } },
        says: /LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN is not set/,
      },
      {
        why: "the stream's ARN is not an ARN",
        options: { environment: { LAMBDA_MEMORY_OPTIMIZER_STREAM_ARN: "telemetry" } },
        says: /is "telemetry"; it must be the ARN of a Kinesis data stream/,
      },
      {
        why: "the flush interval is not a duration",
        options: { environment: { LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "soon" } },
        says: /is "soon"; it must be a duration/,
      },
      {
        why: "the endpoint is not a URL",
        options: { environment: { AWS_ENDPOINT_URL_KINESIS: "kinesis" } },
        says: /not an http or https URL/,
      },
      {
        why: "there are no credentials",
        options: { environment: { AWS_SECRET_ACCESS_KEY: "" } },
        says: /no credentials/,
      },
      {
        why: "the function runs on Managed Instances",
        options: { initializationType: "lambda-managed-instances" },
        says: /Managed Instances/,
      },
    ];
    for (const { why, options, says } of cases) {
      it(`when ${why}`, async () => {
        const sandbox = await startLayer(kinesis, options);
        await liveOn(sandbox, () => sandbox.deliver([report()]));
        assert.match(sandbox.log[0] ?? "", says);
        assert.equal(sandbox.log.length, 1, sandbox.log.join("\n"));
        assert.equal(kinesis.calls.length, 0);
      });
    }

    it("when the registration for INVOKE is refused, and registers only for SHUTDOWN", async () => {
      const sandbox = await startLayer(kinesis, { refuse: { register: { status: 400, times: 1 } } });
      await liveOn(sandbox);
      assert.equal(linesWith(sandbox, /refused the registration \(HTTP 400/).length, 1);
      assert.equal(sandbox.log.length, 1);
    });

    it("when every registration is refused, and keeps asking until Lambda gives up on the sandbox", async () => {
      const start = startLayer(kinesis, { refuse: { register: { status: 403 } } });
      await assert.rejects(start, ({ message }: Error) => {
        const [why, ...log] = message.split("\n");
        assert.equal(why, "Extensions were not ready within 10000 ms.", "it lived until then");
        assert.equal(log.length, 1, message);
        assert.match(log[0]!, /refused the registration \(HTTP 403/);
        return true;
      });
    });
  });

  it("survives any delivery, and folds the valid reports", async () => {
    const sandbox = await startLayer(kinesis);
    const bodies = [
      "",
      "not JSON",
      "{}",
      "null",
      "[null, 1, [], {}]",
      '[{"type":"platform.report"}]',
      JSON.stringify([report({ maxMemoryUsedMB: 77 }), { type: "platform.report", record: null }, report()]),
      '[{"type":"platform.logsDropped","record":{"reason":"slow","droppedRecords":12,"droppedBytes":9000}}]',
      Buffer.alloc(3 * 1024 * 1024, "["),
      Buffer.from([0xff, 0xfe, 0x00]),
    ];
    for (const body of bodies) assert.deepEqual(await sandbox.deliverBody(body), [200]);
    await liveOn(sandbox);
    assert.equal(kinesis.invocations, 2);
    const [total] = linesWith(sandbox, /in this sandbox's life/);
    assert.match(total ?? "", /5 deliveries that were not a JSON array/);
    assert.match(total ?? "", /1 deliveries larger/);
    assert.match(total ?? "", /2 reports without a usable time or memory/);
    assert.match(total ?? "", /12 telemetry events that Lambda dropped/);
  });

  describe("keeps records that Kinesis did not take", () => {
    const temporary: Fate[] = ["throttled", "internal-error", "reset", "lost-answer", "partial"];
    for (const fate of temporary) {
      it(`until it does, after ${fate}`, async () => {
        kinesis.fate = (call) => (call < 2 ? fate : "ok");
        const sandbox = await startLayer(kinesis);
        await sandbox.invoke();
        await sandbox.deliver([
          report({ memorySizeMB: 512, maxMemoryUsedMB: 300 }),
          report({ memorySizeMB: 1024, maxMemoryUsedMB: 400 }),
        ]);
        await sandbox.invoke();
        await liveOn(sandbox);
        assert.equal(kinesis.invocations, 2);
        assert.deepEqual(kinesis.distinct.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB).sort(), [300, 400]);
        if (fate === "partial") {
          assert.deepEqual(
            kinesis.calls.map(({ input }) => input.Records.length).slice(0, 2),
            [2, 1],
            "only failed entries are sent again",
          );
          assert.equal(kinesis.records.length, 2);
        }
        assert.deepEqual(sandbox.log, []);
      });
    }

    const lasting: { fate: Fate; says: RegExp }[] = [
      { fate: "access-denied", says: /AccessDeniedException/ },
      { fate: "not-found", says: /ResourceNotFoundException/ },
    ];
    for (const { fate, says } of lasting) {
      it(`behind a breaker after ${fate}, with one line, and tries once more at SHUTDOWN`, async () => {
        kinesis.fate = (call) => (call === 0 ? fate : "ok");
        const sandbox = await startLayer(kinesis, {
          environment: { LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "0s" },
        });
        await liveOn(sandbox, () => sandbox.deliver([report()]));
        assert.equal(kinesis.calls.length, 2);
        assert.equal(kinesis.invocations, INVOCATIONS);
        assert.equal(sandbox.log.length, 1);
        assert.match(sandbox.log[0]!, says);
      });
    }
  });

  it("logs 200 characters of Kinesis's error text, and no control characters", async () => {
    kinesis.fate = (call) => (call === 0 ? "hostile-error" : "ok");
    const sandbox = await startLayer(kinesis);
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    const [line = ""] = sandbox.log;
    assert.equal(sandbox.log.length, 1);
    assert.match(line, /^[ -~]+$/);
    assert.match(line, /\(ValidationException: \\u001b\[2J/);
    assert.ok(line.length < 500, `${line.length} characters`);
  });

  it("stays small when 200 deliveries of 1 MB are begun and none is finished, and folds the valid ones", async () => {
    const sandbox = await startLayer(kinesis);
    const pid = sandbox.pids[0]!;
    const beforeMB = privateMemoryMB(pid);
    const sockets = await beginDeliveries(sandbox.subscribers[0]!, 200, 1024 * 1024);
    const afterMB = privateMemoryMB(pid);
    // Until then, the layer may close any connection that has been silent for longer than others.
    await sandbox.atRest();
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    for (const socket of sockets) socket.destroy();
    assert.equal(kinesis.invocations, INVOCATIONS);
    assert.ok(afterMB < beforeMB + 24, `${beforeMB} MB became ${afterMB} MB`);
  });

  it("logs how much was lost when nothing listens at Kinesis's address", async () => {
    const gone = await FakeKinesis.listen();
    const { endpoint } = gone;
    await gone.close();
    const sandbox = await startLayer({ endpoint });
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    assert.equal(linesWith(sandbox, /can't be reached or refuses records \(.*ECONNREFUSED/).length, 1);
    assert.equal(linesWith(sandbox, new RegExp(`${INVOCATIONS} invocations was lost`)).length, 1);
    assert.equal(sandbox.log.length, 2);
  });

  it("loses nothing, and never delays the function, when Kinesis is slow but alive", async () => {
    kinesis.fate = () => "slow";
    const sandbox = await startLayer(kinesis);
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    assert.equal(kinesis.invocations, INVOCATIONS);
    assert.deepEqual(sandbox.log, []);
  });

  it("ends within Lambda's two seconds, and logs the loss, when Kinesis never answers", async () => {
    kinesis.fate = () => "silence";
    const sandbox = await startLayer(kinesis);
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    assert.equal(linesWith(sandbox, new RegExp(`${INVOCATIONS} invocations was lost`)).length, 1);
  });

  it("loses nothing when it is frozen while sending and its connection dies meanwhile", async () => {
    let deadConnections = 0;
    kinesis.fate = () => (deadConnections++ === 0 ? "silence" : "ok");
    const sandbox = await startLayer(kinesis);
    await sandbox.invoke();
    await sandbox.deliver([report({ maxMemoryUsedMB: 321 })]);
    await sandbox.invoke();
    await kinesis.until(() => kinesis.calls.length === 1);
    sandbox.freeze();
    kinesis.dropConnections();
    sandbox.thaw();
    await liveOn(sandbox);
    assert.deepEqual(
      kinesis.distinct.map(({ maxMemoryUsedMB, invocations }) => [maxMemoryUsedMB, invocations]),
      [[321, 1]],
    );
    assert.deepEqual(sandbox.log, []);
  });

  it("has sent the peak of a sandbox that the kernel kills, if an invocation followed the peak", async () => {
    const sandbox = await startLayer(kinesis);
    await sandbox.invoke();
    const peaksMB = [100, 200, 300];
    for (const [index, maxMemoryUsedMB] of peaksMB.entries()) {
      await sandbox.deliver([report({ maxMemoryUsedMB })]);
      await sandbox.invoke();
      await kinesis.until(() => kinesis.records.length === index + 1);
    }
    await sandbox.deliver([report({ maxMemoryUsedMB: 301 })]);
    await sandbox.invoke();
    assert.equal(kinesis.records.length, peaksMB.length, "a small rise waits");
    await sandbox.deliver([
      report({ maxMemoryUsedMB: 512, status: "error", errorType: "Runtime.OutOfMemory" }),
    ]);
    await sandbox.invoke();
    await kinesis.until(() => kinesis.records.length === peaksMB.length + 1);
    await sandbox.kill();
    assert.deepEqual(
      kinesis.records.map(({ maxMemoryUsedMB, outOfMemory }) => [maxMemoryUsedMB, outOfMemory]),
      [...peaksMB.map((peakMB) => [peakMB, 0]), [512, 1]],
    );
  });

  it("ignores all of the function's variables that Node reads", async () => {
    const sandbox = await startLayer(kinesis, {
      environment: {
        NODE_OPTIONS: "--require /nowhere/apm.js",
        NODE_PATH: "/nowhere",
        NODE_DEBUG: "net,timer,module",
        NODE_DEBUG_NATIVE: "MAIN",
        NODE_TLS_REJECT_UNAUTHORIZED: "0",
      },
    });
    await liveOn(sandbox, () => sandbox.deliver([report()]));
    assert.deepEqual(sandbox.log, []);
  });
});
