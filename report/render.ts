/**
 * One HTML file that contains a whole report: data, script, style and licences. It opens from disk and makes no
 * request.
 */
import { createHash } from "node:crypto";
import type { PageBundle } from "./bundle";
import type { ReportData } from "./data";

/**
 * The page of a report; the same data and bundle give the same bytes.
 *
 * The data is always text: it is JSON in an element that isn't run, escaped so that nothing in it can end that element.
 * The page's Content-Security-Policy allows only the script and the style that are added here.
 */
export function renderPage(data: ReportData, { script, style, notices }: PageBundle): string {
  refuseEnd(script, "script");
  refuseEnd(style, "style");
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${data.title} – memory report`)}</title>
<style>${style}</style>
</head>
<body>
<main id="page"><noscript><p>This report needs the script in this file, but scripts are turned off here.</p></noscript></main>
<footer><details><summary>Licences of what this page contains</summary><pre>${escapeHtml(notices)}</pre></details></footer>
<script type="application/json" id="data">${escapeJson(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Within a script element, only `<` can begin a text that ends it (`</script`) or hides its end (`<!--`). */
function escapeJson(json: string): string {
  return json.replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** @throws Error if a bundle would end its own element. esbuild writes `<\/script`, so none does. */
function refuseEnd(text: string, element: "script" | "style"): void {
  if (new RegExp(`</${element}|<!--`, "i").test(text))
    throw new Error(`The page's ${element} would end itself.`);
}
