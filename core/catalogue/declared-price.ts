import { type QuantityKind, quantityKinds } from "../billing/quantities.ts";
import type { CustomerId, PriceId } from "../identifiers.ts";
import { type Money, divideExactly, parseDollars } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { parseCurrency } from "./currency.ts";
import type { PriceFault, PriceFaultCode } from "./price-fault.ts";
import type { PriceTerm } from "./price-term.ts";
import type { PriceVersion } from "./price-version.ts";

/** An amount as people quote it: "0.0375" dollars `per` 1,000,000 units. Text, because a number has lost digits already. */
export type QuotedRate = { readonly dollars: string; readonly per: number };

/** A price as it is written down, before anything about it is believed. */
export type DeclaredPrice = {
  readonly id: PriceId;
  readonly model: string;
  readonly customer?: CustomerId;
  readonly currency: string;
  readonly from: EpochMs;
  readonly until?: EpochMs;
  readonly rates: Readonly<Record<string, QuotedRate>>;
  readonly terms: readonly PriceTerm[];
};

type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly faults: readonly PriceFault[] };

/** Reads a declared price; refuses a currency, a kind or an amount that cannot be kept exactly. */
export const readDeclaredPrice = ({ id, currency, rates, ...rest }: DeclaredPrice): Reading<PriceVersion> => {
  const known = parseCurrency(currency);
  const faults = known
    ? []
    : [fault("unknown_currency", `"${currency}" is not a currency that prices are kept in.`)];
  const read: Partial<Record<QuantityKind, Money>> = {};
  for (const [name, quoted] of Object.entries(rates)) {
    const kind = quantityKinds.find((kind) => kind === name);
    const rate = readQuotedRate(quoted);
    if (!kind) faults.push(fault("unknown_kind", `"${name}" is not a kind of usage.`));
    else if (rate.ok) read[kind] = rate.value;
    else faults.push(...rate.faults);
  }
  if (!known || faults.length > 0) return { ok: false, faults };
  return { ok: true, value: { ...rest, currency: known, price: { id, rates: read } } };
};

/** The amount per single unit, exact or refused. */
export const readQuotedRate = ({ dollars, per }: QuotedRate): Reading<Money> => {
  const amount = parseDollars(dollars);
  if (amount === undefined)
    return refuse(
      "amount_malformed",
      `"${dollars}" is not an amount of dollars; write digits, as in "0.0375".`,
    );
  if (!Number.isSafeInteger(per) || per <= 0)
    return refuse("amount_malformed", `A price is per a whole number of units, not per ${per}.`);
  const rate = divideExactly(amount, BigInt(per));
  return rate === undefined
    ? refuse("amount_not_exact", `$${dollars} per ${per} is not a whole number of picodollars per unit.`)
    : { ok: true, value: rate };
};

const fault = (code: PriceFaultCode, message: string): PriceFault => ({ code, message });

const refuse = (code: PriceFaultCode, message: string): Reading<never> => ({
  ok: false,
  faults: [fault(code, message)],
});
