/** The examples, previewed in a clone as a user would: after `npm ci && npm run build`, with nothing added. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { buildLibrary } from "../../scripts/build-library";
import { findPulumi } from "../../scripts/pulumi-cli";
import { checkout, typeScriptExamples } from "./folders";
import { PulumiCli } from "./pulumi-cli";

describe("The examples, in a clone", function () {
  this.timeout(300_000);

  const command = findPulumi();
  let clone = "";

  before(async function () {
    if (command === undefined) {
      console.log("      skipped: there is no pulumi command; scripts/pulumi-cli.ts builds one");
      this.skip();
    }
    clone = checkout();
    await buildLibrary(clone);
  });

  for (const example of typeScriptExamples()) {
    it(`show in pulumi preview what ${example} would create`, async () => {
      const cli = new PulumiCli(command!);
      const folder = path.join(clone, "examples", example);
      await cli.run(folder, "stack", "init", "dev");
      await cli.run(folder, "config", "set", "aws:region", "eu-central-1", "--stack", "dev");
      const { output, events } = await cli.run(folder, "preview", "--stack", "dev");
      assert.match(output, /lambda-memory-optimizer:index:LambdaMemoryOptimizer +optimizer +create/);
      assert.match(output, /aws:kinesisanalyticsv2:Application +optimizer-flink +create/);
      assert.deepEqual(events, []);
    });
  }
});
