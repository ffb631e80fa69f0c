import type { Brand } from "../brand.ts";
import type { CustomerId } from "../identifiers.ts";
import { type Money, isAbsurd } from "../money.ts";
import { type WalletPorts, creditWallet } from "./credit-wallet.ts";

/** `crl_` and a name that the caller chose, a contract's for example: asking twice extends once. */
export type CreditLineId = Brand<string, "crl">;

export type CreditLineExtension = {
  readonly id: CreditLineId;
  readonly customer: CustomerId;
  readonly amount: Money;
};

export type ExtensionStatus = "extended" | "exists" | "amount_not_positive" | "amount_absurd";

export const parseCreditLineId = (text: string): CreditLineId | undefined =>
  /^crl_[A-Za-z0-9_-]{1,64}$/.test(text) ? (text as CreditLineId) : undefined;

/**
 * Lets a postpaid customer use `amount` more before it has paid: its wallet holds that much more, now and whenever its
 * invoices are paid. Nothing is posted in the ledger, for nobody owes anything yet: there the wallet goes below zero by what
 * is used. A customer's credit line is the sum of its extensions.
 */
export const extendCreditLine = async (
  ports: WalletPorts,
  { id, customer, amount }: CreditLineExtension,
): Promise<ExtensionStatus> => {
  if (amount <= 0n) return "amount_not_positive";
  if (isAbsurd(amount)) return "amount_absurd";
  return (await creditWallet(ports, customer, `credit-line:${id}`, amount)) ? "extended" : "exists";
};
