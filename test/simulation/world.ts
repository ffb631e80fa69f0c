import { customerId, keyId, newUlid } from "../../core/identifiers.ts";
import { type Money, add, picodollars, zero } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { budgetPurseId, type Purse, walletPurse } from "../../core/admission/purse.ts";
import type { Cells, LeaseUsage, Transfers } from "../../core/admission/ports.ts";
import { newCredit } from "../../core/admission/transfer.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { ProgressRecords } from "../../core/inference/ports.ts";
import type { Random } from "./random.ts";
import { type CellTransitions, memoryCells } from "../support/memory-cells.ts";
import { regions } from "./workload.ts";

/** The accounts of all regions. Each region writes its own part, and sees the others' as far as it has been replicated. */
export type SimulatedAccounts = {
  readonly stores: ReadonlyMap<string, Cells & Transfers>;
  replicate(): void;
};

/** The usage table, with every event that is on record. */
export type SimulatedUsage = LeaseUsage &
  ProgressRecords & { events(): Promise<readonly UsageEvent[]> | readonly UsageEvent[] };

export type SimulatedPurse = {
  /** The purse as a region sees it. */
  readonly in: (region: string) => Purse;
  readonly limit: Money;
};

export const memoryAccounts = (transitions: CellTransitions): SimulatedAccounts => {
  const stores = regions.map((region) => memoryCells(region, transitions));
  return {
    stores: new Map(stores.map((store) => [store.region, store])),
    replicate() {
      for (const from of stores) for (const to of stores) if (from !== to) from.replicateTo(to);
    },
  };
};

/** The customer's wallet, in two cells of one region and one of the other; and a key's budget, opened as requests come. */
export const simulatedPurses = (
  budget: Money,
  startMs: number,
  random: Random,
): { readonly wallet: SimulatedPurse; readonly keyBudget: SimulatedPurse } => {
  const ulid = (): string => newUlid(epochMs(startMs), random.bytes);
  const wallet = walletPurse(customerId(ulid()));
  const id = budgetPurseId(keyId(ulid()), epochMs(startMs));
  const share = picodollars(budget / 10n);
  return {
    wallet: { in: (region) => ({ ...wallet, shards: region === regions[0] ? 2 : 1 }), limit: budget },
    keyBudget: { in: () => ({ id, kind: "key_budget", shards: 1, share }), limit: add(share, share) },
  };
};

/** Creates the wallet's cells and credits each with a part. */
export const fundWallet = async (
  stores: ReadonlyMap<string, Cells & Transfers>,
  wallet: SimulatedPurse,
): Promise<void> => {
  const keys = [...stores.keys()].flatMap((region) =>
    Array.from({ length: wallet.in(region).shards }, (_, shard) => ({
      purse: wallet.in(region).id,
      region,
      shard,
    })),
  );
  const part = picodollars(wallet.limit / BigInt(keys.length));
  const rest = picodollars(wallet.limit - part * BigInt(keys.length - 1));
  for (const [index, to] of keys.entries()) {
    const store = stores.get(to.region);
    await store?.create(to, zero);
    const topUp = newCredit(`top-up:${index}`, to, index === 0 ? rest : part);
    await store?.receive(topUp);
    // A payment provider's notice comes twice.
    await store?.receive(topUp);
  }
};
