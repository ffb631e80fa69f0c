import { type WalletPorts, creditWallet } from "./credit-wallet.ts";
import { type GrantOutcome, type NewGrant, addGrant } from "./ledger/add-grant.ts";
import type { Ledger } from "./ledger/ledger.ts";

export type CreditPorts = WalletPorts & { readonly ledger: Ledger };

/**
 * Gives a customer money to spend: posted in the ledger, then credited to its wallet. Both steps are known by the grant's id,
 * so that a call that broke off between them, or was repeated, is simply called again.
 */
export const addCredit = async (ports: CreditPorts, grant: NewGrant): Promise<GrantOutcome> => {
  const posted = await addGrant(ports.ledger, grant);
  if (posted.status === "created" || posted.status === "exists")
    await creditWallet(ports, grant.customer, `grant:${grant.id}`, grant.amount);
  return posted;
};
