import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { durableUsageEvents } from "../../../functions/infer/durable-usage-events.ts";
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
  await durableUsageEvents(table).record(sampleUsageEvent);
  expect(await table.find(sampleUsageEvent.request)).toEqual(sampleUsageEvent);
  expect(logged).toEqual([]);
});

test("an event that cannot be stored is in the log, whole and with exact amounts, under the name that the alarm watches", async () => {
  const table = { ...memoryUsageEvents(), put: () => Promise.reject(new Error("CANARY")) };
  await durableUsageEvents(table).record(sampleUsageEvent);
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
