import { type Money, add, picodollars, zero } from "../money.ts";
import { grantedIn } from "./cell.ts";
import type { Cells, LeaseUsage } from "./ports.ts";
import type { PurseId } from "./purse.ts";

/** What a purse has. Always `credited = spent + remaining`. */
export type Balance = {
  /** All that ever came in. */
  readonly credited: Money;
  /** What requests have cost, to the last one whose usage event is on record here. */
  readonly spent: Money;
  readonly remaining: Money;
  /** Of `remaining`: set aside for requests in flight, and for those to come, by open leases. */
  readonly held: Money;
};

/**
 * Reads a purse's balance. Requests under this region's open leases count at once; those under other regions' leases when
 * their lease closes, a few minutes later, until when they are `held`.
 */
export const balanceOf = async (
  { cells, usage }: { readonly cells: Pick<Cells, "ofPurse">; readonly usage: Pick<LeaseUsage, "spentBy"> },
  purse: PurseId,
  region: string,
): Promise<Balance> => {
  const all = await cells.ofPurse(purse);
  const openHere = all.filter(({ key }) => key.region === region).flatMap(({ grants }) => [...grants.keys()]);
  const spentByOpen = add(zero, ...(await Promise.all(openHere.map((lease) => usage.spentBy(lease)))));
  const credited = add(zero, ...all.map(({ funded }) => funded));
  const spent = add(spentByOpen, ...all.map((cell) => cell.spent));
  const granted = add(zero, ...all.map(grantedIn));
  return {
    credited,
    spent,
    remaining: picodollars(credited - spent),
    held: picodollars(granted - spentByOpen),
  };
};
