import { assert } from "../assert.ts";
import type { Brand } from "../brand.ts";
import { type RandomBytes, newUlid } from "../identifiers.ts";
import { type Money, picodollars, zero } from "../money.ts";
import type { EpochMs } from "../time.ts";
import { type Cell, type CellKey, cellName } from "./cell.ts";

/** `trf_` and a ULID for transfers; for other credits and debits what names their cause once and for all, such as `top-up:<payment>`. */
export type CreditId = Brand<string, "credit">;

/** Money for a cell. Its id makes it exactly once: the receipt carries it. */
export type Credit = { readonly id: CreditId; readonly to: CellKey; readonly amount: Money };

/** Money on its way from one cell of a purse to another: written by the giver's region, never changed. */
export type Transfer = Credit & { readonly from: CellKey };

/** Money that leaves a cell, and its purse, for good. Its id makes it exactly once: the receipt carries it. */
export type Debit = { readonly id: CreditId; readonly from: CellKey; readonly amount: Money };

/** Letters, digits, `_`, `-`, `.` and `:`, up to 160; `undefined` for any other text. */
export const parseCreditId = (text: string): CreditId | undefined =>
  /^[\w.:-]{1,160}$/.test(text) ? (text as CreditId) : undefined;

const creditId = (text: string): CreditId => {
  const id = parseCreditId(text);
  assert(id !== undefined, `${text} cannot name a credit`);
  return id;
};

/** A top-up or a grant; `cause` names it once and for all, so that a repeated call credits nothing. */
export const newCredit = (cause: string, to: CellKey, amount: Money): Credit => {
  assert(amount > zero, `a credit is positive, not ${amount}`);
  return { id: creditId(cause), to, amount };
};

/** Such as what expired; `cause` names it once and for all, so that a repeated call debits nothing. */
export const newDebit = (cause: string, from: CellKey, amount: Money): Debit => {
  assert(amount > zero, `a debit is positive, not ${amount}`);
  return { id: creditId(cause), from, amount };
};

export const newTransfer = (
  { from, to, amount }: Omit<Transfer, "id">,
  now: EpochMs,
  randomBytes: RandomBytes,
): Transfer => {
  assert(amount > zero, `a transfer is positive, not ${amount}`);
  assert(
    from.purse === to.purse && cellName(from) !== cellName(to),
    "a transfer joins two cells of one purse",
  );
  return { id: creditId(`trf_${newUlid(now, randomBytes)}`), from, to, amount };
};

/** The cell that is debited, or the giver's after the first step; `undefined` where too little is available. */
export const debit = (cell: Cell, amount: Money): Cell | undefined =>
  cell.available < amount
    ? undefined
    : {
        ...cell,
        available: picodollars(cell.available - amount),
        funded: picodollars(cell.funded - amount),
      };

/** The receiver's cell after the second step. */
export const credit = (cell: Cell, amount: Money): Cell => ({
  ...cell,
  available: picodollars(cell.available + amount),
  funded: picodollars(cell.funded + amount),
});
