import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { zero } from "../../../core/money.ts";
import { durableUsageEvents } from "../../../functions/infer/durable-usage-events.ts";
import { loggedProgress } from "../../../functions/infer/logged-progress.ts";
import { memoryUsageEvents } from "../../support/memory-usage-events.ts";
import { sampleUsageEvent } from "../../support/samples.ts";

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test("an event that was stored is not logged", async () => {
  const table = memoryUsageEvents();
  expect(await durableUsageEvents(table).record(sampleUsageEvent)).toEqual(sampleUsageEvent);
  expect(await table.find(sampleUsageEvent.request)).toEqual(sampleUsageEvent);
  expect(logged).toEqual([]);
});

test("an event that cannot be stored is in the log, whole and with exact amounts, under the name that the alarm watches", async () => {
  const table = { ...memoryUsageEvents(), put: () => Promise.reject(new Error("CANARY")) };
  // What is on record is not known.
  expect(await durableUsageEvents(table).record(sampleUsageEvent)).toBeUndefined();
  expect(logged).toHaveLength(1);
  const line = JSON.parse(logged[0] ?? "");
  expect(line).toMatchObject({ level: "ERROR", event: "usage_event_unrecorded" });
  expect(JSON.parse(line.usageEvent)).toEqual({
    ...sampleUsageEvent,
    cost: String(sampleUsageEvent.cost),
    hold: String(sampleUsageEvent.hold),
  });
  expect(logged[0]).not.toContain("CANARY");
});

test("an event that was absorbed is in the table, and its lateness in the log, under the name that the alarm watches", async () => {
  const table = memoryUsageEvents();
  const absorbed = { ...sampleUsageEvent, cost: zero, waived: true, absorbed: sampleUsageEvent.cost };
  expect(await durableUsageEvents(table).record(absorbed)).toEqual(absorbed);
  expect(JSON.parse(logged[0] ?? "")).toMatchObject({
    level: "ERROR",
    event: "usage_event_late",
    request: absorbed.request,
    absorbed: "0.00016",
  });
  expect(logged).toHaveLength(1);
});

test("progress that cannot be kept is in the log, and nobody's request fails for it", async () => {
  await loggedProgress({ keep: () => Promise.reject(new Error("CANARY")) }).keep(sampleUsageEvent);
  expect(JSON.parse(logged[0] ?? "")).toMatchObject({
    event: "progress_unrecorded",
    request: sampleUsageEvent.request,
  });
  expect(logged[0]).not.toContain("CANARY");
});
