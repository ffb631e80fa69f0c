import { customerId, newUlid } from "../../core/identifiers.ts";
import { type Money, picodollars } from "../../core/money.ts";
import { type EpochMs, after } from "../../core/time.ts";
import type { Cell } from "../../core/admission/cell.ts";
import { type LeaseHolder, leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import type { LeaseWrite } from "../../core/admission/lease-write.ts";
import type { Cells } from "../../core/admission/ports.ts";
import { type Purse, walletPurse } from "../../core/admission/purse.ts";
import { seededRandom } from "../simulation/random.ts";
import { type MemoryCells, memoryCells } from "./memory-cells.ts";
import { type MemoryLeaseUsage, memoryLeaseUsage } from "./memory-lease-usage.ts";
import { present } from "./present.ts";
import { sampleNow } from "./samples.ts";

export const admissionRegion = "eu-west-1";

/** A wallet in memory, and processes that draw on it. */
export type AdmissionWorld = {
  readonly store: MemoryCells;
  readonly usage: MemoryLeaseUsage;
  readonly wallet: Purse;
  /** What was asked of the store, in order. */
  readonly calls: string[];
  /** Every write that was sent. */
  readonly writes: (readonly LeaseWrite[])[];
  /** A new process; `through` stands between it and the store. */
  process(through?: (cells: Cells) => Cells): LeaseHolder;
  cell(shard?: number): Promise<Cell>;
};

export const money = (amount: number): Money => picodollars(BigInt(amount));

export const minuteFrom = (now: EpochMs): EpochMs => after(now, 60_000);

/** `contents`: what each of the wallet's shards holds. */
export const admissionWorld = async (...contents: readonly number[]): Promise<AdmissionWorld> => {
  const random = seededRandom(7);
  const store = memoryCells(admissionRegion);
  const usage = memoryLeaseUsage();
  const wallet = walletPurse(customerId(newUlid(sampleNow, random.bytes)), contents.length);
  const keyOf = (shard: number) => ({ purse: wallet.id, region: admissionRegion, shard });
  for (const [shard, amount] of contents.entries()) await store.create(keyOf(shard), money(amount));
  const calls: string[] = [];
  const writes: (readonly LeaseWrite[])[] = [];
  const observed: Cells = {
    find: (key) => (calls.push("find"), store.find(key)),
    ofPurse: (purse) => (calls.push("ofPurse"), store.ofPurse(purse)),
    create: (key, funded) => (calls.push("create"), store.create(key, funded)),
    write: (sent) => (calls.push("write"), writes.push(sent), store.write(sent)),
  };
  let processes = 0;
  return {
    store,
    usage,
    wallet,
    calls,
    writes,
    process(through = (cells) => cells) {
      const number = processes++;
      return leaseHolder({
        cells: through(observed),
        usage,
        rules: leaseRules(),
        region: admissionRegion,
        // A process prefers the shard of its own number.
        randomBytes: (count) => (count === 2 ? Uint8Array.of(0, number) : random.bytes(count)),
      });
    },
    cell: async (shard = 0) => present(await store.find(keyOf(shard))),
  };
};
