/** The grammar of a change window, and when it is open: by the wall clock of its time zone. */
import assert from "node:assert/strict";
import { firstOpenMs, isOpen, parseChangeWindow } from "../../runtime/change-window";

function openAt(text: string, ...times: string[]): boolean[] {
  const window = parseChangeWindow(text);
  assert.ok(window, text);
  return times.map((time) => isOpen(window, Date.parse(time)));
}

/** Minutes of a UTC day, or of several, in which the window is open. */
function openMinutes(text: string, from: string, days = 1): number {
  const window = parseChangeWindow(text)!;
  const minutes = Array.from({ length: days * 24 * 60 }, (_, i) => Date.parse(from) + i * 60_000);
  return minutes.filter((at) => isOpen(window, at)).length;
}

describe("A change window", () => {
  for (const text of [
    "Mon-Fri",
    "09:00-17:00 UTC",
    "Mon-Fri 09:00-17:00",
    "Mon-Fri 9:00-17:00 UTC",
    "Mon-Fri 09:00-24:01 UTC",
    "Mon-Fri 09:00-09:00 UTC",
    "Mon-Fri 09:00-09:29 UTC",
    "Mon-Fri 09:00-17:00 Europe/Berlinn",
    "Mon-Fri 09:00-17:00 +01:00",
    "Monday 09:00-17:00 UTC",
    "Mon-Fri 09:00-17:00 UTC;Sat 09:00-17:00 UTC",
    "Mon-Fri 09:00-17:00 UTC,",
    " ",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseChangeWindow(text), undefined);
    });
  }

  it("is always open if it is empty", () => {
    assert.deepEqual(openAt("", "2026-01-17T03:00:00Z"), [true]);
  });

  it("includes its first minute, but not its end", () => {
    const office = "Mon-Fri 09:00-17:00 Europe/Berlin";
    assert.deepEqual(
      openAt(
        office,
        "2026-01-15T07:59:59Z",
        "2026-01-15T08:00:00Z",
        "2026-01-15T15:59:59Z",
        "2026-01-15T16:00:00Z",
      ),
      [false, true, true, false],
    );
    assert.deepEqual(openAt(office, "2026-01-16T12:00:00Z", "2026-01-17T12:00:00Z"), [true, false]);
    assert.equal(openMinutes("Mon-Sun 00:00-24:00 UTC", "2026-01-12T00:00:00Z", 7), 7 * 24 * 60);
  });

  it("belongs to the day on which it begins if it passes midnight", () => {
    const night = "Fri 22:00-06:00 UTC";
    assert.deepEqual(
      openAt(
        night,
        "2026-01-16T05:00:00Z", // Friday
        "2026-01-16T22:00:00Z",
        "2026-01-17T05:59:00Z",
        "2026-01-17T06:00:00Z",
        "2026-01-17T22:00:00Z",
      ),
      [false, true, true, false, false],
    );
    assert.equal(openMinutes("Sun 22:00-06:00 UTC", "2026-01-12T00:00:00Z", 7), 8 * 60, "into the next week");
  });

  it("accepts day ranges across the end of the week, and several parts", () => {
    assert.equal(openMinutes("Sat-Mon 10:00-11:00 UTC", "2026-01-12T00:00:00Z", 7), 3 * 60);
    const parts = "Tue 10:00-11:00 UTC, Thu 10:00-11:00 Asia/Kolkata";
    assert.deepEqual(openAt(parts, "2026-01-13T10:30:00Z", "2026-01-15T04:30:00Z", "2026-01-15T10:30:00Z"), [
      true,
      true,
      false,
    ]);
  });

  it("follows the wall clock when clocks go forward", () => {
    // In Berlin 29 March 2026 has no hour from 02:00 to 03:00; 02:00 would be 01:00Z.
    const open = (text: string) => openMinutes(text, "2026-03-28T22:00:00Z");
    assert.equal(open("Sun 01:00-04:00 Europe/Berlin"), 2 * 60);
    assert.equal(open("Sun 02:00-03:00 Europe/Berlin"), 0);
    assert.equal(open("Sat 22:00-06:00 Europe/Berlin"), 6 * 60, "of 7 hours, the first was before");
    const office = "Mon-Sun 09:00-17:00 Europe/Berlin";
    assert.deepEqual(openAt(office, "2026-03-28T07:30:00Z", "2026-03-28T08:00:00Z"), [false, true]);
    assert.deepEqual(openAt(office, "2026-03-29T06:30:00Z", "2026-03-29T07:00:00Z"), [false, true]);
  });

  it("follows the wall clock when clocks go back", () => {
    // In New York 1 November 2026 has the hour from 01:00 to 02:00 twice: 05:00Z and 06:00Z.
    const open = (text: string) => openMinutes(text, "2026-11-01T02:00:00Z");
    assert.equal(open("Sun 01:00-02:00 America/New_York"), 2 * 60);
    assert.equal(open("Sun 00:30-02:30 America/New_York"), 3 * 60);
    const office = "Mon-Sun 09:00-17:00 America/New_York";
    assert.deepEqual(openAt(office, "2026-10-31T12:59:00Z", "2026-10-31T13:00:00Z"), [false, true]);
    assert.deepEqual(openAt(office, "2026-11-01T13:59:00Z", "2026-11-01T14:00:00Z"), [false, true]);
  });

  it("is found open within 15 minutes", () => {
    const window = parseChangeWindow("Thu 10:10-10:40 UTC")!;
    const from = Date.parse("2026-01-15T00:05:00Z");
    assert.equal(firstOpenMs(window, from, from + 86_400_000), Date.parse("2026-01-15T10:20:00Z"));
    assert.equal(firstOpenMs(window, from, Date.parse("2026-01-15T10:10:00Z")), undefined);
  });
});
