import type { Cell } from "../admission/cell.ts";
import type { Cells, Debits, Transfers } from "../admission/ports.ts";
import { walletPurse } from "../admission/purse.ts";
import { type Debit, newCredit, newDebit } from "../admission/transfer.ts";
import type { CustomerId } from "../identifiers.ts";
import { type Money, add, smaller, subtract, zero } from "../money.ts";
import { type EpochMs, after } from "../time.ts";
import { type GrantId, parseGrantId } from "./ledger/grant.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { postExpiry } from "./ledger/post-expiry.ts";

export type ExpiryPorts = {
  readonly cells: Pick<Cells, "ofPurse">;
  readonly debits: Debits;
  readonly transfers: Pick<Transfers, "receive">;
  readonly ledger: Ledger;
  /** Only code that runs there may take money out of its cells, or post. */
  readonly homeRegion: string;
};

/** After a grant's last request was admitted: its longest answer, its lease, skewed clocks, and the posting of its hour. */
const settlingMs = 60 * 60_000;

/** Each is lost to requests that took the money first. The rest is for the next run. */
const attemptsMax = 20;

/**
 * Takes what is left of a customer's expired grants out of its wallet and writes exactly that off; returns how much it was.
 * The counterpart of `addCredit`, in the other order: money is written off when nobody can spend it any more.
 *
 * Run it now and then, each time after the customer's usage was posted (`postWallet`): that of hours before the expiry draws
 * on the grant, and whoever takes the rest of it must know what the rest is. Later usage does not draw on it, even if it used its money: other
 * grants pay. Only what is available at home is taken; what open leases and other regions' cells hold is for a later run.
 * It may break off anywhere and be repeated, also by two at once: a grant's parts are numbered, each is debited once and
 * posted once, and none is begun before the one before it is posted.
 */
export const expireCredit = async (
  ports: ExpiryPorts,
  customer: CustomerId,
  now: EpochMs,
): Promise<Money> => {
  const { grants } = await ports.ledger.book(customer);
  await finishBegun(ports, customer, new Set(grants.map(({ id }) => id)), now);
  let expired = zero;
  for (const { id, expiresAt } of grants) {
    if (expiresAt === undefined || now < after(expiresAt, settlingMs)) continue;
    expired = add(expired, await expireGrant(ports, { customer, id, expiresAt }));
  }
  return expired;
};

/**
 * A call that broke off after its debit may have left a grant that was used up since, and is in the book no more: what was
 * taken for it goes back.
 */
const finishBegun = async (
  ports: ExpiryPorts,
  customer: CustomerId,
  inBook: ReadonlySet<GrantId>,
  now: EpochMs,
): Promise<void> => {
  const taken = await ports.debits.taken(walletPurse(customer).id, ports.homeRegion, "expiry:");
  for (const debit of taken) {
    const [, name = "", number = ""] = debit.id.split(":");
    const id = parseGrantId(name);
    const part = Number(number);
    const isLast = !taken.some((other) => other.id === `expiry:${name}:${part + 1}`);
    if (id && isLast && !inBook.has(id)) await writeOff(ports, { customer, id, expiresAt: now }, part, debit);
  }
};

type ExpiredGrant = {
  readonly customer: CustomerId;
  readonly id: GrantId;
  readonly expiresAt: EpochMs;
};

const expireGrant = async (ports: ExpiryPorts, grant: ExpiredGrant): Promise<Money> => {
  const { cells, debits, ledger, homeRegion } = ports;
  const { id: purse } = walletPurse(grant.customer);
  const cause = `expiry:${grant.id}:`;
  let expired = zero;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const taken = await debits.taken(purse, homeRegion, cause);
    const last = taken.find(({ id }) => id === `${cause}${taken.length}`);
    // A call before may have broken off between the debit and its posting.
    if (last) await writeOff(ports, grant, taken.length, last);
    const { grants } = await ledger.book(grant.customer);
    const left = grants.find(({ id }) => id === grant.id)?.remaining ?? zero;
    const cell = fullestAt(homeRegion, await cells.ofPurse(purse));
    if (left === zero || !cell || cell.available === zero) break;
    const part = taken.length + 1;
    const debit = newDebit(`${cause}${part}`, cell.key, smaller(left, cell.available));
    if (await debits.take(debit)) expired = add(expired, await writeOff(ports, grant, part, debit));
  }
  return expired;
};

/** Posts a part that was taken. */
const writeOff = async (
  { ledger, transfers }: ExpiryPorts,
  { customer, id, expiresAt }: ExpiredGrant,
  part: number,
  { id: debit, from, amount }: Debit,
): Promise<Money> => {
  const written = await postExpiry(ledger, { customer, grant: id, at: expiresAt, part, amount });
  // Usage from before the expiry was posted after all, and has used the grant up in between: the customer's money.
  if (written < amount)
    await transfers.receive(newCredit(`${debit}:returned`, from, subtract(amount, written)));
  return written;
};

const fullestAt = (region: string, cells: readonly Cell[]): Cell | undefined =>
  cells
    .filter(({ key }) => key.region === region)
    .toSorted((one, other) => (one.available > other.available ? -1 : 1))[0];
