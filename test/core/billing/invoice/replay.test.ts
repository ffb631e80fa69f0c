import * as fc from "fast-check";
import { expect, test } from "vitest";
import { archiveAppender } from "../../../../core/billing/archive-append.ts";
import { replayArchive } from "../../../../core/billing/archive-replay.ts";
import { applyToCounters } from "../../../../core/billing/counters-apply.ts";
import type { Counters } from "../../../../core/billing/counters.ts";
import { usageTotals } from "../../../../core/billing/counters-totals.ts";
import { monthBounds } from "../../../../core/billing/invoice/billing-month.ts";
import { closeMonth } from "../../../../core/billing/invoice/close-month.ts";
import { invoiceJson } from "../../../../core/billing/invoice/invoice-json.ts";
import { after } from "../../../../core/time.ts";
import { usageArchiveCodec } from "../../../../functions/adapters/s3/archive-codec.ts";
import { memoryBilling, month, samplePriceVersion, sampleProfile } from "../../../support/billing-samples.ts";
import { memoryArchive } from "../../../support/memory-archive.ts";
import { memoryCounters } from "../../../support/memory-counters.ts";
import { sampleNow } from "../../../support/samples.ts";
import { deliverBadly, seededRandom } from "../../../support/unreliable-stream.ts";
import { numbered, sampleCustomers, samplePrices, usageEvents } from "../../../support/usage-events.ts";

const timeZone = "Australia/Lord_Howe";
const versions = samplePrices.map((id) => {
  const version = samplePriceVersion();
  return { ...version, price: { ...version.price, id } };
});

/** The documents of the months around the sample events, from what counters say. */
const documentsFrom = async (counters: Counters) => {
  const documents: string[] = [];
  for (const customer of sampleCustomers) {
    const ports = { ...memoryBilling([], versions), usage: usageTotals(counters) };
    const profile = { ...sampleProfile, customer, timeZone, terms: "prepaid" as const };
    for (const text of ["2025-12", "2026-01"]) {
      const now = after(monthBounds(month(text), timeZone).until, 3_600_000);
      const closing = await closeMonth(ports, profile, month(text), now);
      if (closing.ok && closing.invoice) documents.push(invoiceJson(closing.invoice));
    }
  }
  return documents;
};

test("the archive alone reproduces every invoice byte for byte, however badly the stream delivered", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(usageEvents({ minLength: 1, maxLength: 40 }), fc.nat(), async (events, seed) => {
      const counters = memoryCounters();
      await deliverBadly(counters, events, seededRandom(seed));
      const archive = memoryArchive();
      const append = archiveAppender(archive, usageArchiveCodec);
      const shard = { region: "eu-west-1", shard: "shardId-1" };
      for (const record of numbered(events)) await append(shard, [record]);

      const recounted = memoryCounters();
      for await (const item of replayArchive(archive, usageArchiveCodec))
        if (item.kind === "record" && "event" in item.record)
          await applyToCounters(recounted, "replay", [item.record], sampleNow);
      const documents = await documentsFrom(counters);
      expect(await documentsFrom(recounted)).toEqual(documents);
      compared += documents.length;
    }),
    { numRuns: 25 },
  );
  expect(compared).toBeGreaterThan(25);
});
