import { expect, test } from "vitest";
import { leaseRules } from "../../../core/admission/lease-rules.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { type CustomerId, customerId, leaseId } from "../../../core/identifiers.ts";
import { zero } from "../../../core/money.ts";
import { after } from "../../../core/time.ts";
import { rebalanceEverybody } from "../../../functions/rebalance/rebalance-everybody.ts";
import { dollars, sampleProfile } from "../../support/billing-samples.ts";
import { memoryBillingProfiles } from "../../support/memory-billing-profiles.ts";
import { memoryCells } from "../../support/memory-cells.ts";
import { memoryLeaseUsage } from "../../support/memory-lease-usage.ts";
import { countingBytes, sampleNow, sampleUlid } from "../../support/samples.ts";

const region = "eu-west-1";
const customers = Array.from({ length: 20 }, (_, index) => customerId(sampleUlid(`C${100 + index}`)));
const [hot, broken] = customers;

/** Everybody has a dollar in one cell; every other customer has a second cell, which is empty. */
const world = async () => {
  const profiles = memoryBillingProfiles();
  const store = memoryCells(region);
  for (const [index, customer] of customers.entries()) {
    await profiles.put({ ...sampleProfile, customer });
    const cell = { purse: walletPurse(customer).id, region, shard: 0 };
    await store.create(cell, dollars("1"));
    if (index % 2 === 0) await store.create({ ...cell, shard: 1 }, zero);
  }
  const contents = async (customer: CustomerId | undefined) =>
    customer && (await store.ofPurse(walletPurse(customer).id)).map(({ available }) => available);
  const ports = {
    profiles,
    cells: store,
    transfers: store,
    usage: memoryLeaseUsage(),
    rules: leaseRules(),
    randomBytes: countingBytes(),
    region,
  };
  return { ports, store, contents };
};

const nothingFails = (): never => {
  throw new Error("nothing may fail here");
};

test("a lease that a customer has left behind in this region is closed, and its money free again", async () => {
  const { ports, store } = await world();
  const [, customer = customerId(sampleUlid("C1"))] = customers;
  const cell = { purse: walletPurse(customer).id, region, shard: 0 };
  const open = { lease: leaseId(sampleUlid("E1")), grant: { amount: dollars("0.5"), expiresAt: sampleNow } };
  await store.write([{ cell, open, close: [] }]);
  await rebalanceEverybody(ports, sampleNow, () => true, nothingFails);
  expect(await store.find(cell)).toMatchObject({ available: dollars("0.5") });
  await rebalanceEverybody(ports, after(sampleNow, 60_000), () => true, nothingFails);
  expect(await store.find(cell)).toMatchObject({ available: dollars("1"), grants: new Map() });
});

test("every wallet's money gets to where it is wanted, and a second run moves nothing", async () => {
  const { ports, contents } = await world();
  expect(await rebalanceEverybody(ports, sampleNow, () => true, nothingFails)).toEqual({
    customers: 20,
    given: 10,
    received: 10,
    failures: 0,
    isCutShort: false,
  });
  expect(await contents(hot)).toEqual([dollars("0.5"), dollars("0.5")]);
  expect(await rebalanceEverybody(ports, sampleNow, () => true, nothingFails)).toMatchObject({ given: 0 });
});

test("a wallet of one cell costs two reads, one of more cells three", async () => {
  const { ports, store } = await world();
  let reads = 0;
  const cells = {
    ...store,
    ofPurse: (...query: Parameters<typeof store.ofPurse>) => ((reads += 1), store.ofPurse(...query)),
  };
  const pending = (...query: Parameters<typeof store.pending>) => ((reads += 1), store.pending(...query));
  await rebalanceEverybody(
    { ...ports, cells, transfers: { ...store, pending } },
    sampleNow,
    () => true,
    nothingFails,
  );
  expect(reads).toBe(20 * 2 + 10);
});

test("a customer whose wallet cannot be rebalanced holds up nobody else, and is told of", async () => {
  const { ports, store, contents } = await world();
  const cells = {
    ...store,
    ofPurse: async (...query: Parameters<typeof store.ofPurse>) => {
      if (broken && query[0] === walletPurse(broken).id) throw new Error("unreadable");
      return store.ofPurse(...query);
    },
  };
  const failed: CustomerId[] = [];
  const run = await rebalanceEverybody(
    { ...ports, cells },
    sampleNow,
    () => true,
    (customer) => failed.push(customer),
  );
  expect(run).toMatchObject({ customers: 20, given: 10, failures: 1 });
  expect(failed).toEqual([broken]);
  expect(await contents(customers.at(-2))).toEqual([dollars("0.5"), dollars("0.5")]);
});

test("once the time is up nobody new is begun, and the next run does the rest", async () => {
  const { ports } = await world();
  let turns = 5;
  const first = await rebalanceEverybody(ports, sampleNow, () => (turns -= 1) >= 0, nothingFails);
  expect(first).toMatchObject({ customers: 5, failures: 0, isCutShort: true });
  const second = await rebalanceEverybody(ports, sampleNow, () => true, nothingFails);
  expect(second).toMatchObject({ customers: 20, isCutShort: false });
  expect(first.given + second.given).toBe(10);
});
