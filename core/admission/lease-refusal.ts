import { type Money, add } from "../money.ts";
import { type Cell, grantedIn } from "./cell.ts";
import type { HeldLease } from "./held-lease.ts";
import type { Purse, PurseKind } from "./purse.ts";

/** Why there is no money for a request, and which purse is short of it. */
export type LeaseRefusal =
  /** The purse cannot pay for it, whatever becomes of the requests in flight. Trying again does not help: 402. */
  | { readonly code: "budget_exhausted"; readonly purse: PurseKind; readonly message: string }
  /** The purse has the money, but other requests hold it, or another cell does. Trying again helps: 429. */
  | {
      readonly code: "in_flight_budget";
      readonly purse: PurseKind;
      readonly message: string;
      readonly retryAfterSeconds: number;
    };

const nameOf: Readonly<Record<PurseKind, string>> = {
  wallet: "The account's balance",
  project_budget: "The project's budget",
  key_budget: "The API key's budget",
};

/**
 * `cells`: all of the purse, in every region. Money that lies in any of them makes the refusal a passing one, unless it
 * is known to be spent: by `own`, the leases of the process that asks.
 */
export const refusalFor = (
  purse: Purse,
  cells: readonly Cell[],
  own: Iterable<HeldLease>,
  hold: Money,
): LeaseRefusal => {
  const known = [...own].filter(({ id }) => cells.some(({ grants }) => grants.has(id)));
  const left = add(...cells.flatMap((cell) => [cell.available, grantedIn(cell)]));
  const spent = add(...known.map((lease) => lease.spent));
  return left - spent < hold ? exhausted(purse.kind) : inFlight(purse.kind);
};

const exhausted = (kind: PurseKind): LeaseRefusal => ({
  code: "budget_exhausted",
  purse: kind,
  message: `${nameOf[kind]} does not cover what this request could cost. ${remedyFor[kind]}, or lower \`max_tokens\`.`,
});

const remedyFor: Readonly<Record<PurseKind, string>> = {
  wallet: "Add credit",
  project_budget: "Raise the budget, wait for its next period",
  key_budget: "Raise the budget, wait for its next period",
};

export const inFlight = (kind: PurseKind): LeaseRefusal => ({
  code: "in_flight_budget",
  purse: kind,
  message: `${nameOf[kind]} is held by requests in flight. Try again when some of them have ended.`,
  retryAfterSeconds: 1,
});
