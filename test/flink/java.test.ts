import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

describe("the Java of the Flink job and its Kinesis connector", () => {
  it("passes its own tests", async () => {
    const maven = ["-B", "-q", "-pl", "runtime/flink-connector-kinesis,runtime/flink", "test"];
    // Maven's output is the rejection's message, where there is one.
    await promisify(execFile)("mvn", maven, { cwd: path.join(__dirname, "../..") });
  }).timeout(300_000);
});
