import type { Counter, Watermark } from "../../../core/billing/counters.ts";
import { type CounterKey, type Quarter, quarters } from "../../../core/billing/counters-key.ts";
import { parseSequenceNumber } from "../../../core/billing/counters-sequence.ts";
import type { Tally } from "../../../core/billing/counters-tally.ts";
import { quantityKinds } from "../../../core/billing/quantities.ts";
import { outcomes } from "../../../core/billing/usage-event.ts";
import { parseCustomerId, parseKeyId, parsePriceId } from "../../../core/identifiers.ts";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";
import { tableKeys } from "../../contract.ts";
import type { Item } from "./item.ts";

/**
 * A counter as an item of the accounts table. A customer's counters share a partition and are sorted by hour:
 *
 *     pk  <customer>#USAGE
 *     sk  <hour, epoch ms, 15 digits>#<region>#<key>#<model>#<price>
 *     <quarter>#<field>   a number to ADD to: cost, events, waived, an outcome, or a kind of quantity
 *     mark#<shard>        <sequence, 40 digits>@<epoch ms of the write>: sorts as its sequence number does
 */
export const counterPartition = (customer: CounterKey["customer"]): string => `${customer}#USAGE`;

export const counterSort = ({ hour, region, key, model, price }: CounterKey): string =>
  [hourText(hour), region, key, model, price].join("#");

/** Sorts before all counters of that hour and after all of the hour before. */
export const hourText = (hour: number): string => String(hour).padStart(15, "0");

export const markName = (shard: string): string => `${markPrefix}${shard}`;
const markPrefix = "mark#";

export const writeMark = ({ sequence, writtenAt }: Watermark): string => `${sequence}@${writtenAt}`;

export const readMark = (text: string | undefined): Watermark => {
  const [, digits = "", writtenAt = ""] = /^(\d{40})@(\d+)$/.exec(text ?? "") ?? [];
  const sequence = parseSequenceNumber(digits);
  if (sequence === undefined) throw new Error("a counter's mark is not a sequence number and a time");
  return { sequence, writtenAt: epochMs(Number(writtenAt)) };
};

/** The numbers to add to a counter, by attribute. Zeros are left out. */
export const tallyAttributes = (
  quarter: Quarter,
  tally: Tally,
): readonly (readonly [name: string, amount: bigint])[] =>
  tallyFields
    .map(({ field, of }) => [`${quarter}#${field}`, BigInt(of(tally))] as const)
    .filter(([, amount]) => amount !== 0n);

const tallyFields: readonly { readonly field: string; readonly of: (tally: Tally) => number | bigint }[] = [
  { field: "cost", of: ({ cost }) => cost },
  { field: "events", of: ({ events }) => events },
  { field: "waived", of: ({ waived }) => waived },
  ...outcomes.map((outcome) => ({ field: outcome, of: (tally: Tally) => tally.outcomes[outcome] })),
  ...quantityKinds.map((kind) => ({ field: kind, of: (tally: Tally) => tally.quantities[kind] ?? 0 })),
];

export const readCounter = (item: Item): Counter => ({
  key: readKey(item),
  tally: new Map(
    quarters
      .filter((quarter) => item[`${quarter}#events`] !== undefined)
      .map((quarter) => [quarter, readTally(item, quarter)]),
  ),
  watermarks: new Map(
    Object.entries(item)
      .filter(([name]) => name.startsWith(markPrefix))
      .map(([name, value]) => [name.slice(markPrefix.length), readMark(value.S)]),
  ),
});

const readTally = (item: Item, quarter: Quarter): Tally => {
  const amount = (field: string): bigint => BigInt(item[`${quarter}#${field}`]?.N ?? "0");
  const count = (field: string): number => Number(amount(field));
  return {
    events: count("events"),
    waived: count("waived"),
    outcomes: { completed: count("completed"), aborted: count("aborted"), failed: count("failed") },
    quantities: Object.fromEntries(
      quantityKinds.map((kind) => [kind, count(kind)] as const).filter(([, quantity]) => quantity > 0),
    ),
    cost: picodollars(amount("cost")),
  };
};

const readKey = (item: Item): CounterKey => {
  const [customerText = ""] = (item[tableKeys.partition]?.S ?? "").split("#");
  const [hour = "", region = "", keyText = "", model = "", priceText = ""] = (
    item[tableKeys.sort]?.S ?? ""
  ).split("#");
  const customer = parseCustomerId(customerText);
  const key = parseKeyId(keyText);
  const price = parsePriceId(priceText);
  if (!customer || !key || !price) throw new Error("the item is not a counter: its key holds other ids");
  return { customer, hour: epochMs(Number(hour)), region, key, model, price };
};
