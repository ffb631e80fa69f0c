import { type Money, add, zero } from "../../money.ts";
import { type Evidence, salesName } from "./evidence.ts";
import { type AuditBreak, type LinkFinding, dollars, finding } from "./report.ts";
import type { InvoicedUsage } from "./views.ts";

/**
 * Compares the invoice's usage lines before rounding with what was used, per model and price version, and their sum with
 * what the ledger earned from that usage or is about to.
 */
export const auditInvoice = (
  { sales }: Pick<Evidence, "sales">,
  invoiced: readonly InvoicedUsage[],
  earned: Money,
): LinkFinding => {
  const lines = Map.groupBy(invoiced, salesName);
  const names = [...new Set([...lines.keys(), ...sales.keys()])].toSorted();
  const breaks = names.flatMap((name): readonly AuditBreak[] => {
    const billed = add(...(lines.get(name) ?? []).map(({ amount }) => amount));
    const { cost = zero, first } = sales.get(name) ?? {};
    return billed === cost
      ? []
      : [
          {
            subject: first ?? name,
            message:
              `The invoice bills ${dollars(billed)} for ${name}, but the archived events cost ${dollars(cost)}.` +
              (first ? ` The first of them is ${first}.` : ""),
          },
        ];
  });
  const billed = add(zero, ...invoiced.map(({ amount }) => amount));
  if (billed !== earned)
    breaks.push({
      subject: "invoice",
      message: `The invoice bills ${dollars(billed)} of usage; the ledger earned, or is about to earn, ${dollars(earned)} from it.`,
    });
  return finding("ledger = invoice", names.length + 1, breaks);
};
