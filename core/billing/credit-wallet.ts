import type { Cells, Transfers } from "../admission/ports.ts";
import { walletPurse } from "../admission/purse.ts";
import { newCredit } from "../admission/transfer.ts";
import type { CustomerId } from "../identifiers.ts";
import { type Money, zero } from "../money.ts";

export type WalletPorts = {
  readonly cells: Pick<Cells, "create">;
  readonly transfers: Pick<Transfers, "receive">;
  /** The home region: its first cell of a wallet is where money comes in. Only code that runs there may credit. */
  readonly homeRegion: string;
};

/**
 * Makes money spendable: credits it to the wallet's first cell, once. `cause` names what it comes from, as in `grant:<id>`.
 * Called after the ledger has what it is to have of it, and again by whoever finds that a call before may have broken off in
 * between. `false`: it was credited before.
 */
export const creditWallet = async (
  { cells, transfers, homeRegion }: WalletPorts,
  customer: CustomerId,
  cause: string,
  amount: Money,
): Promise<boolean> => {
  const cell = { purse: walletPurse(customer).id, region: homeRegion, shard: 0 };
  await cells.create(cell, zero);
  return transfers.receive(newCredit(cause, cell, amount));
};
