import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { bundlePage, type PageBundle } from "../../report/bundle";
import type { ReportData } from "../../report/data";
import { reportData } from "../../report/from-run";
import { renderPage } from "../../report/render";
import { fleetRun } from "./example";

const HOSTILE = [
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "</title><img src=x onerror=alert(1)>",
  "\u2028\u2029\0\ud800 \u202egnp.exe",
  "'\"`${1}&lt;&amp;",
];

/** Reads elements as a browser does: an element ends at the first end tag of its name, and `<!--` begins none. */
function elements(html: string): { script: string; attributes: string }[] {
  return [...html.matchAll(/<script([^>]*)>([^]*?)<\/script/gi)].map(([, attributes = "", script = ""]) => ({
    attributes,
    script,
  }));
}

describe("a report's page", () => {
  let bundle: PageBundle;
  before(async () => (bundle = await bundlePage()));

  const pageOf = (name: string, title = name) =>
    renderPage({ ...reportData(fleetRun(2, 3, [name])), title }, bundle);

  it("carries its data, whatever names say", () => {
    const check = (name: string) => {
      const html = pageOf(name);
      const scripts = elements(html);
      assert.deepEqual(
        scripts.map(({ attributes }) => attributes),
        [' type="application/json" id="data"', ""],
      );
      const data = JSON.parse(scripts[0]!.script) as ReportData;
      assert.equal(data.functions[0]!.name, name);
      assert.equal(scripts[1]!.script, bundle.script);
      assert.doesNotMatch(scripts[0]!.script, /</);
      assert.equal(html.match(/<\/title>/g)!.length, 1);
      assert.doesNotMatch(html, /<img/);
    };
    for (const name of HOSTILE) check(name);
    fc.assert(fc.property(fc.string({ unit: "binary" }), check), { numRuns: 50 });
    const pieces = fc.constantFrom("<", "/", "script", ">", "!--", "title", "&", '"', "img ");
    fc.assert(
      fc.property(
        fc.array(pieces).map((list) => list.join("")),
        check,
      ),
      { numRuns: 50 },
    );
  });

  it("allows no script, style or request but its own", () => {
    const html = pageOf("a");
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
    assert.deepEqual(policy.split("; ").sort(), [
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      `script-src ${hash(elements(html)[1]!.script)}`,
      `style-src ${hash(style)}`,
    ]);
    assert.ok(style.length > 1_000);
  });

  it("names the third-party software that it contains, with the licences", () => {
    const html = pageOf("a");
    assert.match(html, /uplot \d+\.\d+\.\d+ \(MIT\)/);
    assert.match(html, /Copyright \(c\) \d+ Leon Sorokin/);
    assert.match(html, /Permission is hereby granted, free of charge/);
  });

  it("is the same for the same run, byte by byte", async () => {
    assert.equal(
      renderPage(reportData(fleetRun(3, 9)), await bundlePage()),
      renderPage(reportData(fleetRun(3, 9)), bundle),
    );
  });

  it("stays below 10 MB with 1,000 functions over four weeks", () => {
    const html = renderPage(reportData(fleetRun(1_000, 28)), bundle);
    assert.ok(Buffer.byteLength(html) < 10_000_000, `${Buffer.byteLength(html)} bytes`);
  });

  it("refuses a bundle that would end its own element", () => {
    const data = reportData(fleetRun(1, 1));
    for (const script of ["'</script>'", "a<!--b"]) {
      assert.throws(() => renderPage(data, { ...bundle, script }), /script would end itself/);
    }
    assert.throws(() => renderPage(data, { ...bundle, style: "</STYLE >" }), /style would end itself/);
  });
});
