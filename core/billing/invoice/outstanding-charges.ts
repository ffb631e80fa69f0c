import { type Money, add, subtract, zero } from "../../money.ts";
import { type Charge, type ChargeSubject, chargeKey } from "./charge.ts";

/**
 * What is owed and not billed yet: for each thing, the amount and quantity owed less those on earlier invoices. Late usage
 * comes out as itself, and terms come out as what the late usage changed about them.
 */
export const outstandingCharges = (owed: readonly Charge[], billed: readonly Charge[]): readonly Charge[] => {
  const byThing = Map.groupBy(
    [
      ...owed.map((charge) => ({ charge, isOwed: true })),
      ...billed.map((charge) => ({ charge, isOwed: false })),
    ],
    ({ charge }) => chargeKey(charge),
  );
  return [...byThing]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, entries]) => {
      const [first] = entries;
      if (!first) return [];
      const amount = entries.reduce<Money>(
        (sum, { charge, isOwed }) => (isOwed ? add(sum, charge.amount) : subtract(sum, charge.amount)),
        zero,
      );
      const quantity = entries.reduce(
        (sum, { charge, isOwed }) => sum + (isOwed ? 1 : -1) * quantityOf(charge.subject),
        0,
      );
      const { subject } = first.charge;
      const left = subject.type === "usage" ? { ...subject, quantity } : subject;
      return amount === zero ? [] : [{ ...first.charge, subject: left, amount }];
    });
};

const quantityOf = (subject: ChargeSubject): number => (subject.type === "usage" ? subject.quantity : 0);
