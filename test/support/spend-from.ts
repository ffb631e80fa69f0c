import { walletPurse } from "../../core/admission/purse.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import { leaseId, newUlid } from "../../core/identifiers.ts";
import { type Money, zero } from "../../core/money.ts";
import type { MemoryBilling } from "./billing-samples.ts";
import { countingBytes, sampleNow } from "./samples.ts";

const randomBytes = countingBytes();

/** Takes money out of a wallet as requests do: by a lease that is opened, and closed with nothing left. */
export const spendFrom = async (
  { cells, homeRegion }: MemoryBilling["wallet"],
  customer: CustomerId,
  spent: Money,
): Promise<void> => {
  if (spent === zero) return;
  const cell = { purse: walletPurse(customer).id, region: homeRegion, shard: 0 };
  const lease = leaseId(newUlid(sampleNow, randomBytes));
  const open = { lease, grant: { amount: spent, expiresAt: sampleNow } };
  for (const write of [
    { cell, open, close: [] },
    { cell, close: [{ lease, amount: spent, spent }] },
  ]) {
    const { ok } = await cells.write([write]);
    if (!ok) throw new Error(`the wallet does not have ${spent}`);
  }
};
