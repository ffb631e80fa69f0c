import type { Cells, Transfers } from "../admission/ports.ts";
import { walletPurse } from "../admission/purse.ts";
import { newCredit } from "../admission/transfer.ts";
import { zero } from "../money.ts";
import { type GrantOutcome, type NewGrant, addGrant } from "./ledger/add-grant.ts";
import type { Ledger } from "./ledger/ledger.ts";

export type CreditPorts = {
  readonly ledger: Ledger;
  readonly cells: Pick<Cells, "create">;
  readonly transfers: Pick<Transfers, "receive">;
  /** The home region: its first cell of a wallet is where money comes in. */
  readonly homeRegion: string;
};

/**
 * Gives a customer money to spend: posted in the ledger, then credited to its wallet. Both steps are known by the grant's id,
 * so that a call that broke off between them, or was repeated, is simply called again.
 */
export const addCredit = async (
  { ledger, cells, transfers, homeRegion }: CreditPorts,
  grant: NewGrant,
): Promise<GrantOutcome> => {
  const posted = await addGrant(ledger, grant);
  if (posted.status !== "created" && posted.status !== "exists") return posted;
  const cell = { purse: walletPurse(grant.customer).id, region: homeRegion, shard: 0 };
  await cells.create(cell, zero);
  await transfers.receive(newCredit(`grant:${grant.id}`, cell, grant.amount));
  return posted;
};
