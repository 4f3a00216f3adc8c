import assert from "node:assert/strict";
import { Test, type Suite } from "mocha";
import { runJUnit, testClasses, testsOf, type JUnitTest } from "../support/junit";

const MODULES = ["runtime/flink-connector-kinesis", "runtime/flink-format-cloudwatch-logs", "runtime/flink"];

describe("the Java of the Flink job, its Kinesis connector and its format for logs", function (this: Suite) {
  this.timeout(600_000);
  let tests: readonly JUnitTest[] = [];

  before(async () => {
    tests = await runJUnit(MODULES);
    for (const test of tests) this.addTest(asMochaTest(test));
  });

  it("runs each of its test classes", () => {
    assert.deepEqual([...new Set(tests.map(({ className }) => className))].sort(), testClasses(MODULES));
  });
});

describe("a JUnit report", () => {
  it("says whether each test passed, failed, broke or was skipped", () => {
    const report = `<?xml version="1.0"?><testsuite name="a.b.SomeTest">
      <testcase name="passes" classname="a.b.SomeTest" time="0.1"><system-out>text</system-out></testcase>
      <testcase name="fails" classname="a.b.SomeTest"><failure message="m" type="T"><![CDATA[1 < 2
        at a.b]]></failure></testcase>
      <testcase name="breaks(String)[1]" classname="a.b.SomeTest"><error type="T">broken</error></testcase>
      <testcase name="waits" classname="a.b.SomeTest"><skipped/></testcase></testsuite>`;
    const tests = testsOf(report).map(({ name, failure, skipped }) => [name, failure?.slice(0, 6), skipped]);
    assert.deepEqual(tests, [
      ["passes", undefined, false],
      ["fails", "1 < 2\n", false],
      ["breaks(String)[1]", "broken", false],
      ["waits", undefined, true],
    ]);
  });
});

function asMochaTest({ className, name, failure, skipped }: JUnitTest): Test {
  const title = `${className} ${name}`;
  if (skipped) return new Test(title);
  return new Test(title, () => {
    if (failure !== undefined) assert.fail(failure);
  });
}
