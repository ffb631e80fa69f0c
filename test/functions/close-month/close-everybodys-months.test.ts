import { expect, test } from "vitest";
import { type CustomerId, customerId } from "../../../core/identifiers.ts";
import { closeEverybodysMonths } from "../../../functions/close-month/close-everybodys-months.ts";
import {
  at,
  memoryBilling,
  samplePriceVersion,
  sampleProfile,
  usageAt,
} from "../../support/billing-samples.ts";
import { memoryBillingProfiles } from "../../support/memory-billing-profiles.ts";
import { sampleUlid } from "../../support/samples.ts";

const now = at("2026-03-10T00:00:00Z");
const customers = Array.from({ length: 20 }, (_, index) => customerId(sampleUlid(`C${100 + index}`)));
const [broken] = customers;

const world = async () => {
  const profiles = memoryBillingProfiles();
  for (const customer of customers) await profiles.put({ ...sampleProfile, customer });
  const used = { at: at("2026-02-03T00:00:00Z"), total: usageAt(samplePriceVersion(), { images: 100 }) };
  return { ...memoryBilling([used]), profiles, openedAt: async () => at("2026-02-01T00:00:00Z") };
};

const nothingFails = (): never => {
  throw new Error("nothing may fail here");
};

test("everybody's months are closed, and a second run finds nothing to do", async () => {
  const ports = await world();
  expect(await closeEverybodysMonths(ports, now, () => true, nothingFails)).toEqual({
    customers: 20,
    monthsClosed: 20,
    failures: 0,
    isCutShort: false,
  });
  for (const customer of customers) expect(await ports.invoices.list(customer)).toHaveLength(1);
  expect(await closeEverybodysMonths(ports, now, () => true, nothingFails)).toMatchObject({
    monthsClosed: 0,
  });
});

test("a customer whose closing fails holds up nobody else, and is told of", async () => {
  const ports = await world();
  const usage = {
    between: async (...query: Parameters<typeof ports.usage.between>) => {
      if (query[0] === broken) throw new Error("unreadable");
      return ports.usage.between(...query);
    },
  };
  const failed: CustomerId[] = [];
  const run = await closeEverybodysMonths(
    { ...ports, usage },
    now,
    () => true,
    (customer) => failed.push(customer),
  );
  expect(run).toMatchObject({ customers: 20, monthsClosed: 19, failures: 1 });
  expect(failed).toEqual([broken]);
});

test("once the time is up nobody new is begun, and the next run goes on", async () => {
  const ports = await world();
  let turns = 5;
  const first = await closeEverybodysMonths(ports, now, () => (turns -= 1) >= 0, nothingFails);
  expect(first).toEqual({ customers: 5, monthsClosed: 5, failures: 0, isCutShort: true });
  expect(await closeEverybodysMonths(ports, now, () => true, nothingFails)).toMatchObject({
    customers: 20,
    monthsClosed: 15,
    isCutShort: false,
  });
});
