import type { EpochMs } from "../../core/time.ts";
import type { Cell } from "../../core/admission/cell.ts";
import { closeExpired } from "../../core/admission/close-expired.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import type { PurseId } from "../../core/admission/purse.ts";
import type { SimulatedAccounts, SimulatedUsage } from "./world.ts";

/** Each region's own cells, as that region has them. */
export const cellsOf = async ({ stores }: SimulatedAccounts, purse: PurseId): Promise<readonly Cell[]> => {
  const known = await Promise.all(
    [...stores].map(async ([region, store]) =>
      (await store.ofPurse(purse)).filter(({ key }) => key.region === region),
    ),
  );
  return known.flat();
};

/** Closes every lease of a purse, long after the last request. */
export const closeAll = async (
  accounts: SimulatedAccounts,
  purse: PurseId,
  usage: SimulatedUsage,
  now: EpochMs,
): Promise<void> => {
  for (const { key } of await cellsOf(accounts, purse)) {
    const store = accounts.stores.get(key.region);
    if (store) await closeExpired({ cells: store, usage, rules: leaseRules() }, key, now);
  }
};
