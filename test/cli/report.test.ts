/** `report --html`: the report page, from the live history table. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportData } from "../../report/data";
import { findChromium, ReportBrowser } from "../report/chromium";
import { observation, recommendation } from "../updater/recommendations";
import { CliFixture, TABLE } from "./cli-fixture";

describe("report", () => {
  let cli: CliFixture;
  before(async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s" } });
    await cli.updater.settle([
      observation(),
      recommendation({ billedGBSeconds: 1_000_000 }),
      observation({ functionName: "search" }),
    ]);
  });
  after(() => cli.close());

  async function page(): Promise<{ html: string; data: ReportData }> {
    const { exitCode, complaints } = await cli.run(["report", "--html", "fleet.html"]);
    assert.equal(exitCode, 0, complaints);
    const html = readFileSync(join(cli.folder, "fleet.html"), "utf8");
    const [, json = ""] = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html) ?? [];
    return { html, data: JSON.parse(json) as ReportData };
  }

  it("has every function with its sizes, its changes, its durations and what it saves", async () => {
    const { data } = await page();
    assert.deepEqual([data.title, data.kind, data.applied], [TABLE, "deployed", true]);
    const [checkout, search] = data.functions;
    assert.deepEqual(
      [checkout!.name, checkout!.fromMB, checkout!.toMB, checkout!.changes.map(({ reason }) => reason)],
      ["checkout", 1_024, 600, ["window"]],
    );
    assert.equal(checkout!.curve!.measured[0]!.memorySizeMB, 1_024);
    assert.ok(Math.abs(checkout!.curve!.measured[0]!.meanDurationMs - 123.46) < 0.01);
    assert.ok(checkout!.savedDollars > 0);
    assert.deepEqual(
      [search!.name, search!.fromMB, search!.toMB, search!.savedDollars],
      ["search", 1_024, 1_024, 0],
    );
    assert.ok(Math.abs(data.verdict!.savedPerMonth - checkout!.savedDollars) < 0.01);
    assert.ok(data.notes!.some((note) => note.startsWith("The cost of 1 of them is unknown")));
  });

  it("opens in a browser, and shows a function's changes", async function () {
    const command = findChromium();
    if (command === undefined) {
      console.log("      skipped: there is no chromium command; Debian's package chromium brings one");
      this.skip();
    }
    const browser = await ReportBrowser.start(command);
    try {
      const { page: opened, unwanted } = await browser.open((await page()).data, {}, "#f0");
      assert.equal(await opened.locator("h1").innerText(), TABLE);
      assert.match(await opened.locator("body").innerText(), /A deployed fleet; 2 functions/);
      const dialog = await opened.getByRole("dialog").innerText();
      assert.match(dialog, /Changes[^]*1,024 → 600 MB/);
      assert.deepEqual(unwanted, []);
    } finally {
      await browser.close();
    }
  });

  it("says in a sentence that the file can't be written", async () => {
    const { exitCode, complaints } = await cli.run(["report", "--html", "nowhere/fleet.html"]);
    assert.equal(exitCode, 1);
    assert.match(complaints, /^The page can't be written: .*; name another file with --html\.$/m);
  });
});
