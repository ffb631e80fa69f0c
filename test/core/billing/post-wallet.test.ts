import { expect, test } from "vitest";
import { leaseRules } from "../../../core/admission/lease-rules.ts";
import { walletPurse } from "../../../core/admission/purse.ts";
import { hourMs } from "../../../core/billing/counters-key.ts";
import { postWallet } from "../../../core/billing/post-wallet.ts";
import { leaseId, newUlid, requestId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { after } from "../../../core/time.ts";
import { seededRandom } from "../../simulation/random.ts";
import { sampleCustomer } from "../../support/billing-samples.ts";
import { memoryCells } from "../../support/memory-cells.ts";
import { memoryLeaseUsage } from "../../support/memory-lease-usage.ts";
import { memoryLedger } from "../../support/memory-ledger.ts";
import { sampleNow } from "../../support/samples.ts";

const random = seededRandom(3);
const ulid = () => newUlid(sampleNow, random.bytes);
const region = "eu-west-1";
const key = { purse: walletPurse(sampleCustomer).id, region, shard: 0 };

/** A wallet whose one lease was left behind, with what its request cost on record. */
const world = async () => {
  const cells = memoryCells(region);
  const usage = memoryLeaseUsage();
  const lease = leaseId(ulid());
  await cells.create(key, picodollars(100n));
  const grant = { amount: picodollars(40n), expiresAt: sampleNow };
  await cells.write([{ cell: key, open: { lease, grant }, close: [] }]);
  await usage.record(requestId(lease, ulid()), picodollars(7n));
  return { cells, usage, rules: leaseRules(), ledger: memoryLedger(), homeRegion: region };
};

test("what a customer who has gone away has spent is closed and posted, once, under the hour that is over", async () => {
  const ports = await world();
  // Its lease may still be in use by a clock that is slow.
  expect(await postWallet(ports, sampleCustomer, sampleNow)).toBe(0);
  const later = after(sampleNow, hourMs);
  expect(await postWallet(ports, sampleCustomer, later)).toBe(1);
  expect(await postWallet(ports, sampleCustomer, later)).toBe(0);
  expect(await postWallet(ports, sampleCustomer, after(later, hourMs))).toBe(0);
  const transfers = await Array.fromAsync(ports.ledger.list(sampleCustomer));
  expect(transfers).toMatchObject([
    {
      at: sampleNow,
      earned: { through: 7n },
      postings: [{ amount: -7n }, { account: "revenue", amount: 7n }],
    },
  ]);
  expect(await ports.cells.find(key)).toMatchObject({ spent: 7n, available: 93n });
});

test("a cell of another region is posted as it was last seen, and its leases are left to that region", async () => {
  const ports = await world();
  const later = after(sampleNow, hourMs);
  expect(await postWallet({ ...ports, homeRegion: "us-east-1" }, sampleCustomer, later)).toBe(0);
  expect((await ports.cells.find(key))?.grants.size).toBe(1);
});
