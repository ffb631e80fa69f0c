import type { Plain } from "./item.ts";

/** A record of core's: what an item holds, but with numbers, which items keep as bigint. */
export type BillingRecord =
  | string
  | number
  | bigint
  | boolean
  | readonly BillingRecord[]
  | { readonly [name: string]: BillingRecord | undefined };

type Members = Readonly<Record<string, BillingRecord | undefined>>;

/** The members of a record as an item holds them. Refuses fractions: nothing that bills is one. */
export const plainMembers = (record: Members): Record<string, Plain | undefined> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value === undefined ? undefined : plain(value)]),
  );

const plain = (value: BillingRecord): Plain => {
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object") return value;
  return isList(value) ? value.map(plain) : plainMembers(value);
};

const isList = (value: readonly BillingRecord[] | Members): value is readonly BillingRecord[] =>
  Array.isArray(value);
