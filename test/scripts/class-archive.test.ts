import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { classArchive, clusterCommand, JVM_ARGUMENTS } from "../../local/flink-process";
import { javaCommand } from "../../scripts/java-command";

describe("The archive of Flink's classes", () => {
  it("fits the class path and the options that a cluster starts with", function () {
    const archive = classArchive();
    // Only `npm test` builds it.
    if (!fs.existsSync(archive)) this.skip();
    const classPath = clusterCommand("").slice(1, 3);
    // With -Xshare:on, a JVM whose archive doesn't fit doesn't start.
    const start = (...more: string[]) =>
      execFileSync(
        javaCommand("java"),
        [...JVM_ARGUMENTS, "-Xshare:on", `-XX:SharedArchiveFile=${archive}`, ...more, "-version"],
        { stdio: "pipe" },
      );
    start(...classPath);
    assert.throws(() => start("-cp", "elsewhere.jar"), /shared/);
  });
});
