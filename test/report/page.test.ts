/** The page of a report, in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { recordingReport, reportData } from "../../report/from-run";
import { parseSettings } from "../../runtime/settings";
import { elementCount, findChromium, pixels, ReportBrowser } from "./chromium";
import { arnOf, decisionOf, figuresOf, fleetRun, policies, rowOf, VERDICT } from "./example";

const HOSTILE = "</script><img src=x onerror=alert(1)>\u202egnp";
const NEXT_FRAME = "new Promise((resolve) => requestAnimationFrame(resolve))";
/** The limit for a table that only ever holds the first rows, with their cells and contents. */
const MOST_ELEMENTS = 2_500;

describe("A report's page, in a browser", () => {
  const command = findChromium();
  let browser: ReportBrowser;
  before(async function () {
    if (command === undefined) {
      console.log("      skipped: there is no chromium command; Debian's package chromium brings one");
      this.skip();
    }
    browser = await ReportBrowser.start(command);
  });
  after(async () => {
    if (command !== undefined) await browser.close();
  });

  const small = reportData({ ...fleetRun(40, 28, [HOSTILE]), verdict: VERDICT });
  const names = (page: Page) => page.locator("table.sortable tbody th").allInnerTexts();
  const byName = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
  /** The first function that had a change for this reason, and the first without any. */
  const indexWith = (reason: string) =>
    small.functions.findIndex(({ changes }) => changes.some((change) => change.reason === reason));
  const indexWithout = (reason: string) =>
    small.functions.findIndex(({ changes }) => changes.every((change) => change.reason !== reason));

  it("loads from disk without an error, and makes no request", async () => {
    const { page, unwanted } = await browser.open(small);
    assert.equal(await page.locator("h1").innerText(), "fleet.json");
    const figures = await page.locator(".figures").innerText();
    for (const figure of ["$1,240.50", "$188.25", "$1,052.25", "18.4M GB-s", "has 150M", "of 40"]) {
      assert.ok(figures.includes(figure), `${figure}: ${figures}`);
    }
    assert.ok((await pixels(page, "What the fleet is billed", "used")) > 100);
    assert.ok((await names(page)).includes(HOSTILE), "names are text");
    assert.equal(await page.locator("img").count(), 0);
    await page.close();
    assert.deepEqual(unwanted, []);
  });

  it("runs no script from a name", async () => {
    const { page } = await browser.open(small);
    // Does what a hole in the page would do; the page's Content-Security-Policy still stops it.
    const complaints = ["Loading the image", "inline event handler"].map((what) =>
      page.waitForEvent("console", (message) => message.text().includes(what)),
    );
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", '<img src="https://example.com/x" onerror="window.broken = 1">')`,
    );
    await Promise.all(complaints);
    assert.equal(await page.evaluate(`window.broken`), undefined);
    await page.close();
  });

  it("sorts by every column, both ways, by mouse and by keyboard", async () => {
    const { page, unwanted } = await browser.open(small);
    const sorted = async () => {
      const [head, ...others] = await page.locator("table.sortable th[aria-sort]").all();
      assert.deepEqual(others, []);
      return `${await head!.innerText()} ${await head!.getAttribute("aria-sort")}`;
    };
    assert.equal(await sorted(), "$ saved a month descending");
    const savedMost = small.functions.toSorted((a, b) => b.savedDollars - a.savedDollars);
    assert.equal((await names(page))[0], savedMost[0]!.name);

    const byFunction = page.getByRole("button", { name: "Function" });
    await byFunction.click();
    assert.equal(await sorted(), "Function ascending");
    assert.deepEqual(await names(page), small.functions.map(({ name }) => name).sort(byName));
    await byFunction.press("Enter");
    assert.equal(await sorted(), "Function descending");
    assert.deepEqual(
      await names(page),
      small.functions
        .map(({ name }) => name)
        .sort(byName)
        .reverse(),
    );

    await page.getByRole("button", { name: "Was, MB" }).press("Space");
    const was = await page.locator("table.sortable tbody td:nth-child(2)").allInnerTexts();
    assert.deepEqual(
      was.map((text) => Number(text.replace(",", ""))),
      small.functions.map(({ fromMB }) => fromMB).sort((a, b) => b - a),
    );
    await page.close();
    assert.deepEqual(unwanted, []);
  });

  it("searches by name, and shows only functions that ran out of memory", async () => {
    const { page } = await browser.open(small);
    await page.getByRole("searchbox").fill("FUNCTION-1");
    const found = small.functions.filter(({ name }) => name.includes("function-1"));
    assert.deepEqual((await names(page)).sort(byName), found.map(({ name }) => name).sort(byName));
    assert.equal(await page.getByRole("status").innerText(), `${found.length} of 40 functions`);
    await page.getByRole("searchbox").fill("<img");
    assert.deepEqual(await names(page), [HOSTILE]);
    await page.getByRole("searchbox").fill("");
    await page.getByLabel("Show").selectOption({ label: "those that ran out of memory" });
    const capped = small.functions.filter(({ days }) => days!.outOfMemory.some((times) => times > 0));
    assert.ok(capped.length > 0 && capped.length < 40);
    assert.deepEqual((await names(page)).sort(byName), capped.map(({ name }) => name).sort(byName));
    await page.close();
  });

  it("draws a function's memory, size and changes, each kind of change with its own mark", async () => {
    const drawn = async (index: number) => {
      const { page, unwanted } = await browser.open(small, {}, `#f${index}`);
      const memory = async (color: string) => pixels(page, "Memory over time", color);
      const counts = {
        used: await memory("used"),
        size: await memory("ink"),
        pressure: await memory("pressure"),
        takenBack: await memory("taken-back"),
        curve: await pixels(page, "Duration and cost by memory size", "accent"),
      };
      await page.close();
      assert.deepEqual(unwanted, []);
      return counts;
    };
    const pressed = await drawn(indexWith("memory-pressure"));
    const takenBack = await drawn(indexWith("regression"));
    for (const one of [pressed, takenBack]) {
      assert.ok(one.used > 100 && one.size > 100 && one.curve > 50, JSON.stringify(one));
    }
    assert.ok(pressed.pressure > 20 && pressed.takenBack === 0, JSON.stringify(pressed));
    assert.ok(takenBack.pressure === 0 && takenBack.takenBack > 20, JSON.stringify(takenBack));
  });

  it("shows the values of a day to the pointer, the keyboard and a screen reader", async () => {
    // In other time zones, a UTC day begins in the middle of a local one.
    const index = small.functions.findIndex(
      ({ days, changes }) =>
        days!.invocations[0]! > 0 && changes.some(({ reason }) => reason === "memory-pressure"),
    );
    const { page } = await browser.open(
      small,
      { timezoneId: "Pacific/Auckland", locale: "de-DE" },
      `#f${index}`,
    );
    const { days, changes } = small.functions[index]!;
    const chart = page.getByRole("group", { name: "Memory over time" });
    const box = (await chart.locator(".u-over").boundingBox())!;
    // The middle of the first day: its start is slightly nearer than the next one's.
    await page.mouse.move(box.x + (box.width * 0.4) / 28, box.y + 50);
    await chart.locator(".tip").waitFor();
    const tip = (await chart.locator(".tip").innerText()).replaceAll("\n", " ");
    const expected = `1 Jan 2026 size ${days!.memorySizeMB[0]!.toLocaleString("en-US")} MB most used ${days!.peakUsedMB[0]!.toLocaleString("en-US")} MB`;
    assert.ok(tip.startsWith(expected), `${tip}; not ${expected}`);

    await chart.focus();
    for (const key of ["Home", ...Array<string>(12).fill("ArrowRight")]) await page.keyboard.press(key);
    const live = await page.locator("figure", { has: chart }).locator("[aria-live]").innerText();
    const raised = changes.find(({ reason }) => reason === "memory-pressure")!;
    assert.match(live, /^13 Jan 2026: size /);
    const [from, to] = [raised.from, raised.to].map((size) => size.toLocaleString("en-US"));
    assert.ok(live.endsWith(`memory pressure ${from} → ${to} MB`), live);
    await page.close();
  });

  it("opens a function by keyboard, steps through the table's order, and returns the focus", async () => {
    const { page, unwanted } = await browser.open(small);
    const order = await names(page);
    const link = page.getByRole("link", { name: order[0]!, exact: true });
    await link.press("Enter");
    const heading = page.getByRole("dialog").getByRole("heading", { level: 2 });
    assert.equal(await heading.innerText(), order[0]);
    await page.getByRole("button", { name: "Next" }).press("Enter");
    await page.getByRole("dialog", { name: order[1]!, exact: true }).waitFor();
    await page.getByRole("button", { name: "Previous" }).press("Enter");
    await page.getByRole("dialog", { name: order[0]!, exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(`location.hash`), "");
    assert.equal(await page.evaluate(`document.activeElement.innerText`), order[0]);
    assert.equal(await page.locator("dialog canvas").count(), 0);
    await page.close();
    assert.deepEqual(unwanted, []);
  });

  it("also has each chart's figures as a table", async () => {
    const { page } = await browser.open(small, {}, `#f${indexWithout("regression")}`);
    const charts = page.getByRole("dialog").getByRole("figure");
    assert.equal(await charts.count(), 2);
    for (const chart of await charts.all()) {
      assert.match((await chart.getByRole("group").first().getAttribute("aria-label")) ?? "", /\. .*\d/);
      await chart.getByText("As a table").click();
      await chart.getByRole("row").nth(20).waitFor();
      assert.ok((await chart.getByRole("rowheader").count()) > 20);
    }
    await page.close();
  });

  it("follows the system into dark mode and back, charts included", async () => {
    const { page } = await browser.open(small, { colorScheme: "light" }, "#f1");
    const look = async () => ({
      page: await page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`),
      line: await page.evaluate<string>(
        `getComputedStyle(document.documentElement).getPropertyValue("--ink")`,
      ),
    });
    const light = await look();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await look();
    assert.notEqual(dark.page, light.page);
    assert.notEqual(dark.line, light.line);
    // In the current colours.
    const redrawn = async () => {
      while ((await pixels(page, "Memory over time", "ink")) <= 100) await page.evaluate(NEXT_FRAME);
    };
    await redrawn();
    await page.emulateMedia({ colorScheme: "light" });
    await redrawn();
    await page.close();
  });

  it("fits a phone, without scrolling sideways", async () => {
    const data = { ...small, policies: policies(12) };
    const { page } = await browser.open(data, { viewport: { width: 360, height: 740 } });
    const overflow = async (selector: string) =>
      page.evaluate<number>(
        `(() => { const box = document.querySelector("${selector}"); return box.scrollWidth - box.clientWidth; })()`,
      );
    assert.equal(await overflow("html"), 0);
    const heads = page.locator("section[aria-labelledby=functions] thead th:visible");
    assert.equal(await heads.count(), 4);
    await page.getByRole("link").first().click();
    await page.getByRole("dialog").getByRole("figure").first().waitFor();
    assert.equal(await overflow("dialog"), 0);
    await page.close();
  });

  it("shows 1,000 functions a part at a time, sorted and searched as a whole", async () => {
    const large = reportData(fleetRun(1_000, 28));
    const { page, unwanted } = await browser.open(large);
    assert.ok((await elementCount(page)) < MOST_ELEMENTS, `${await elementCount(page)} elements`);
    await page.getByRole("button", { name: "Function" }).click();
    await page.getByRole("button", { name: "Function" }).click();
    assert.equal((await names(page))[0], "function-1000");
    assert.ok((await elementCount(page)) < MOST_ELEMENTS, `${await elementCount(page)} elements`);
    await page.getByRole("searchbox").fill("function-77");
    assert.equal((await names(page)).length, 11);
    await page.getByRole("searchbox").fill("");
    assert.ok((await elementCount(page)) < MOST_ELEMENTS, `${await elementCount(page)} elements`);
    // Scrolls to the end; each time more rows follow.
    const rows = page.locator("table.sortable tbody tr");
    for (let before = 0; (await rows.count()) < 1_000;) {
      assert.ok((await rows.count()) > before, `${before} rows`);
      before = await rows.count();
      await rows.last().scrollIntoViewIfNeeded();
      await rows.nth(before).waitFor();
    }
    assert.equal(new Set(await names(page)).size, 1_000);
    assert.equal(await page.getByRole("button", { name: "Show more" }).count(), 0);
    await page.getByRole("link", { name: "function-1", exact: true }).click();
    await page.getByRole("dialog").getByRole("figure").first().waitFor();
    await page.close();
    assert.deepEqual(unwanted, []);
  });

  it("shows the frontier of policies, and names the one under the pointer", async () => {
    const advised = policies(12)[4]!;
    const { page, unwanted } = await browser.open({
      ...small,
      functions: [],
      days: [],
      kind: "back-test",
      notes: ["Some peaks are lower bounds."],
      policies: policies(12),
      advice: { policy: advised.name, sentence: "Take this one.", stackConfig: "sizing: percentile\n" },
    });
    assert.equal(await page.locator("pre.config").innerText(), "sizing: percentile\n");
    await page.getByText("Some peaks are lower bounds.").waitFor();
    assert.ok((await pixels(page, "Cost against", "accent")) > 100);
    assert.ok((await pixels(page, "Cost against", "taken-back")) > 20);
    const chart = page.getByRole("group", { name: "Cost against days beyond the size" });
    const tip = chart.locator(".tip");
    await chart.focus();
    await page.keyboard.press("End");
    await tip.waitFor();
    const furthest = policies(12).reduce((a, b) => (b.daysBeyond > a.daysBeyond ? b : a));
    assert.match(await tip.innerText(), new RegExp(`^${furthest.name}\n`));
    // The pointer finds it where the keyboard did; away from all marks it finds none.
    const plot = (await chart.locator(".u-over").boundingBox())!;
    const [left = 0, top = 0] = [...(await tip.getAttribute("style"))!.matchAll(/[\d.]+/g)].map(Number);
    await page.keyboard.press("Escape");
    await tip.waitFor({ state: "hidden" });
    await page.mouse.move(plot.x + left, plot.y + top);
    await tip.waitFor();
    assert.match(await tip.innerText(), new RegExp(`^${furthest.name}\n`));
    await page.mouse.move(plot.x + 5, plot.y + plot.height - 5);
    await tip.waitFor({ state: "hidden" });
    await page.getByRole("combobox", { name: "Cost against" }).selectOption({ label: "mean slack, MB" });
    await page.getByRole("group", { name: "Cost against mean slack, MB" }).waitFor();
    const first = page.locator("table.sortable tbody tr").first();
    assert.match(await first.innerText(), new RegExp(`^${policies(12).at(-1)!.name}\\s+–`));
    await page.close();
    assert.deepEqual(unwanted, []);
  });

  it("shows what a recording has", async () => {
    const decisions = [
      decisionOf(arnOf("api"), {}, { atMemorySize: figuresOf() }),
      decisionOf(arnOf("api"), { status: "skipped", from: 512, to: 500, reason: "small-change" }),
      {
        ...decisionOf(arnOf("api"), { from: 512, to: 1_024, reason: "regression" }),
        recommendation: undefined,
      },
    ];
    const data = recordingReport("m.csv", parseSettings({}), [rowOf("api")], decisions, VERDICT);
    const { page, unwanted } = await browser.open(data, {}, "#f0");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("figure", { name: "" }).first().waitFor();
    assert.deepEqual(await dialog.getByRole("heading", { level: 3 }).allInnerTexts(), [
      "Duration and cost by memory size",
      "Decisions",
    ]);
    assert.ok((await pixels(page, "Duration and cost by memory size", "accent")) > 50);
    const outcomes = await dialog.locator("table tbody tr td:last-child").allInnerTexts();
    assert.deepEqual(outcomes, ["1,024 → 512 MB", "skipped: small-change", "512 → 1,024 MB (taken back)"]);
    await page.close();
    assert.deepEqual(unwanted, []);
  });
});
