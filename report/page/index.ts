/** A report's page: reads the data that the file carries, and builds the page from it. */
import type { ReportData } from "../data";
import { fleetChart } from "./charts/fleet";
import { functionDetails } from "./details";
import { functionsSection } from "./functions";
import { policiesSection } from "./policies";
import "./style.css";
import { verdictSection } from "./verdict";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as ReportData;
// The fleet's own charts stay as long as the page.
const { signal } = new AbortController();
const page = document.getElementById("page") ?? document.body;

page.replaceChildren(verdictSection(data));
if (data.policies) page.append(policiesSection(data.policies, data, signal));
if (data.days.length > 0) page.append(fleetChart(data, signal));
if (data.functions.length > 0) {
  const { element, ordered } = functionsSection(data);
  page.append(element, functionDetails(data, ordered));
}
