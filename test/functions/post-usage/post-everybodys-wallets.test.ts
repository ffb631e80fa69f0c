import { expect, test } from "vitest";
import { leaseRules } from "../../../core/admission/lease-rules.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { addCredit } from "../../../core/billing/add-credit.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import { parseGrantId } from "../../../core/billing/ledger/grant.ts";
import { type CustomerId, customerId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { type EpochMs, after } from "../../../core/time.ts";
import { postEverybodysWallets } from "../../../functions/post-usage/post-everybodys-wallets.ts";
import { sampleProfile } from "../../support/billing-samples.ts";
import { memoryBillingProfiles } from "../../support/memory-billing-profiles.ts";
import { memoryCells } from "../../support/memory-cells.ts";
import { memoryLeaseUsage } from "../../support/memory-lease-usage.ts";
import { memoryLedger } from "../../support/memory-ledger.ts";
import { present } from "../../support/present.ts";
import { sampleNow, sampleUlid } from "../../support/samples.ts";
import { spendFrom } from "../../support/spend-from.ts";

const customers = [1, 2, 3].map((number) => customerId(sampleUlid(`C${number}`)));
const [broken] = customers;
const expiresAt = after(sampleNow, hourMs);
const now = after(expiresAt, hourMs);

/** Everybody has 10 that expire and 5 that do not, and spent 4 in time. */
const world = async () => {
  const store = memoryCells("us-east-1");
  const ledger = memoryLedger();
  const profiles = memoryBillingProfiles();
  const ports = {
    profiles,
    cells: store,
    transfers: store,
    debits: store,
    usage: memoryLeaseUsage(),
    rules: leaseRules(),
    ledger,
    homeRegion: store.region,
  };
  const grant = (customer: CustomerId, name: string, amount: bigint, priority: number, until?: EpochMs) =>
    addCredit(ports, {
      id: present(parseGrantId(`grt_${name}`)),
      customer,
      kind: "promotional",
      amount: picodollars(amount),
      priority,
      ...(until !== undefined && { expiresAt: until }),
      createdAt: sampleNow,
    });
  for (const customer of customers) {
    await profiles.put({ ...sampleProfile, customer });
    await grant(customer, "SHORT", 10n, 0, expiresAt);
    await grant(customer, "LONG", 5n, 1);
    await spendFrom(ports, customer, picodollars(4n));
  }
  const available = (customer: CustomerId) =>
    store
      .owned()
      .filter(({ key }) => key.purse === walletPurse(customer).id)
      .map((cell) => cell.available);
  return { ports, ledger, available };
};

const nothingFails = (): never => {
  throw new Error("nothing may fail here");
};

test("usage is posted before what expires is taken, so that it draws on that; a second run does nothing", async () => {
  const { ports, ledger, available } = await world();
  const posting = after(now, -hourMs);
  expect(await postEverybodysWallets(ports, posting, () => true, nothingFails)).toMatchObject({
    transfers: 3,
    expired: 0,
  });
  expect(await postEverybodysWallets(ports, now, () => true, nothingFails)).toMatchObject({
    customers: 3,
    failures: 0,
    transfers: 0,
    expired: 3,
  });
  expect(await postEverybodysWallets(ports, now, () => true, nothingFails)).toMatchObject({ expired: 0 });
  for (const customer of customers) {
    expect(available(customer)).toEqual([5n]);
    expect(await ledger.book(customer)).toMatchObject({ grants: [{ remaining: 5n }] });
  }
});

test("nothing is taken from a customer whose usage could not be posted, and everybody else's turn comes", async () => {
  const { ports, available } = await world();
  await postEverybodysWallets(ports, after(now, -hourMs), () => true, nothingFails);
  const unreadable = walletPurse(present(broken)).id;
  const cells = {
    ...ports.cells,
    ofPurse: async (...[purse]: Parameters<typeof ports.cells.ofPurse>) => {
      if (purse === unreadable) throw new Error("unreadable");
      return ports.cells.ofPurse(purse);
    },
  };
  const failed: CustomerId[] = [];
  const run = await postEverybodysWallets(
    { ...ports, cells },
    now,
    () => true,
    (customer) => failed.push(customer),
  );
  expect(run).toMatchObject({ failures: 1, expired: 2 });
  expect(failed).toEqual([broken]);
  expect(available(present(broken))).toEqual([11n]);
});
