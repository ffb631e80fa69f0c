import { cellName } from "../admission/cell.ts";
import { closeExpiredOf } from "../admission/close-expired.ts";
import type { LeaseRules } from "../admission/lease-rules.ts";
import type { Cells, LeaseUsage } from "../admission/ports.ts";
import { walletPurse } from "../admission/purse.ts";
import type { CustomerId } from "../identifiers.ts";
import { type EpochMs, epochMs } from "../time.ts";
import { hourMs, startOfHour } from "./counters-key.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { postUsage } from "./ledger/post-usage.ts";

export type PostingPorts = {
  readonly cells: Cells;
  readonly usage: LeaseUsage;
  readonly rules: LeaseRules;
  readonly ledger: Ledger;
  /** Where this runs: the ledger is written here only, and of the cells only those of this region. */
  readonly homeRegion: string;
};

/**
 * Posts what the cells of a customer's wallet have spent, under the hour that is over at `now`; yields how many transfers
 * were made. Leases that nobody uses any more are closed first, so that a customer who has gone away is posted whole.
 * Running it again posts nothing twice.
 */
export const postWallet = async (
  { ledger, homeRegion, ...ports }: PostingPorts,
  customer: CustomerId,
  now: EpochMs,
): Promise<number> => {
  const purse = walletPurse(customer).id;
  await closeExpiredOf(ports, purse, homeRegion, now);
  const hour = epochMs(startOfHour(now) - hourMs);
  let posted = 0;
  for (const { key, spent } of await ports.cells.ofPurse(purse)) {
    const { status } = await postUsage(ledger, { customer, cell: cellName(key), hour, spent });
    if (status === "created") posted += 1;
  }
  return posted;
};
