import type { Cells, Transfers } from "../admission/ports.ts";
import { walletPurse } from "../admission/purse.ts";
import { newCredit } from "../admission/transfer.ts";
import type { CustomerId } from "../identifiers.ts";
import { zero } from "../money.ts";
import type { Grant } from "./ledger/grant.ts";

export type WalletPorts = {
  readonly cells: Pick<Cells, "create">;
  readonly transfers: Pick<Transfers, "receive">;
  /** The home region: its first cell of a wallet is where money comes in. Only code that runs there may credit. */
  readonly homeRegion: string;
};

/**
 * Makes a grant of the ledger spendable: credits it to the wallet's first cell, once, known by the grant's id. Called after
 * the grant is posted, and again by whoever finds that a call before may have broken off in between.
 */
export const creditWallet = async (
  { cells, transfers, homeRegion }: WalletPorts,
  customer: CustomerId,
  { id, amount }: Pick<Grant, "id" | "amount">,
): Promise<void> => {
  const cell = { purse: walletPurse(customer).id, region: homeRegion, shard: 0 };
  await cells.create(cell, zero);
  await transfers.receive(newCredit(`grant:${id}`, cell, amount));
};
