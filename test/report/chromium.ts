/** A headless Chromium that opens reports from disk, and records everything that must not happen there. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { bundlePage } from "../../report/bundle";
import type { ReportData } from "../../report/data";
import { renderPage } from "../../report/render";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The command's path; undefined if there is none. */
export function findChromium(): string | undefined {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
    .find((file) => fs.existsSync(file));
}

export interface OpenPage {
  readonly page: Page;
  /** Messages of errors and warnings, and the addresses of requests other than the page's own. */
  readonly unwanted: string[];
}

export class ReportBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(executablePath: string): Promise<ReportBrowser> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "report-test-"));
    return new ReportBrowser(await chromium.launch({ executablePath }), folder);
  }

  /** Writes the page of a report, and opens it. */
  async open(data: ReportData, options: BrowserContextOptions = {}, hash = ""): Promise<OpenPage> {
    const file = path.join(this.folder, "report.html");
    fs.writeFileSync(file, renderPage(data, await bundlePage()));
    const page = await this.browser.newPage({ viewport: { width: 1_280, height: 900 }, ...options });
    const unwanted: string[] = [];
    const address = pathToFileURL(file).href;
    page.on("console", (message) => unwanted.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => unwanted.push(error.message));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== address) unwanted.push(request.url());
    });
    await page.goto(address + hash);
    await page.locator("h1").waitFor();
    return { page, unwanted };
  }

  async close(): Promise<void> {
    await this.browser.close();
    fs.rmSync(this.folder, { recursive: true });
  }
}

/** How many elements the document has. */
export async function elementCount(page: Page): Promise<number> {
  return page.locator("*").count();
}

/** How many pixels of a chart have exactly the style's colour of this name. */
export async function pixels(page: Page, chart: string, color: string): Promise<number> {
  await page.getByRole("figure").filter({ hasText: chart }).locator("canvas").waitFor();
  // It runs in the browser.
  return page.evaluate(`(() => {
    const figure = [...document.querySelectorAll("figure")].find((one) => one.innerText.includes("${chart}"));
    const canvas = figure.querySelector("canvas");
    const style = getComputedStyle(document.documentElement).getPropertyValue("--${color}").trim();
    const wanted = [1, 3, 5].map((at) => parseInt(style.slice(at, at + 2), 16));
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (wanted.every((value, n) => data[at + n] === value) && data[at + 3] === 255) found++;
    }
    return found;
  })()`);
}
