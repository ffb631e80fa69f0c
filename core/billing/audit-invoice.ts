import type { PriceId } from "../identifiers.ts";
import { type Money, add, subtract, zero } from "../money.ts";
import type { Carried } from "./audit-cells.ts";
import { costOf } from "./audit-evidence.ts";
import { type AuditBreak, type LinkFinding, dollars, finding } from "./audit-report.ts";
import type { InvoicedUsage } from "./audit-views.ts";
import type { UsageEvent } from "./usage-event.ts";

/**
 * Compares the invoice's usage lines before rounding with what was used, per model and price version, and their sum with
 * what the ledger earned. The ledger books usage when leases close: `carried` is what lies on the other side of the scope's
 * bounds for that reason.
 */
export const auditInvoice = (
  events: readonly UsageEvent[],
  invoiced: readonly InvoicedUsage[],
  earned: Money,
  { usedHereOnly, bookedHereOnly }: Carried,
): LinkFinding => {
  const lines = Map.groupBy(invoiced, nameOf);
  const used = Map.groupBy(events, nameOf);
  const names = [...new Set([...lines.keys(), ...used.keys()])].toSorted();
  const breaks = names.flatMap((name): readonly AuditBreak[] => {
    const billed = add(...(lines.get(name) ?? []).map(({ amount }) => amount));
    const group = used.get(name) ?? [];
    const cost = costOf(group);
    const [first] = group;
    return billed === cost
      ? []
      : [
          {
            subject: first?.request ?? name,
            message:
              `The invoice bills ${dollars(billed)} for ${name}, but the archived events cost ${dollars(cost)}.` +
              (first ? ` The first of them is ${first.request}.` : ""),
          },
        ];
  });
  const billed = add(zero, ...invoiced.map(({ amount }) => amount));
  const expected = add(subtract(earned, bookedHereOnly), usedHereOnly);
  if (billed !== expected) breaks.push(sumDiffers(billed, earned, { usedHereOnly, bookedHereOnly }));
  return finding("ledger = invoice", names.length + 1, breaks);
};

const nameOf = ({ model, price }: { readonly model: string; readonly price: PriceId }): string =>
  `model ${model} at price ${price}`;

const sumDiffers = (billed: Money, earned: Money, { usedHereOnly, bookedHereOnly }: Carried): AuditBreak => ({
  subject: "invoice",
  message:
    `The invoice bills ${dollars(billed)} of usage; the ledger earned or is about to earn ${dollars(earned)}, of which ${dollars(bookedHereOnly)} ` +
    `was used in another period, and ${dollars(usedHereOnly)} used in this one is not in it: ` +
    `${dollars(add(subtract(earned, bookedHereOnly), usedHereOnly))} should have been billed.`,
});
