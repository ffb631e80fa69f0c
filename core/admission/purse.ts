import type { Brand } from "../brand.ts";
import {
  type CustomerId,
  type KeyId,
  type ProjectId,
  parseCustomerId,
  parseKeyId,
  parseProjectId,
} from "../identifiers.ts";
import { assert } from "../assert.ts";
import type { Money } from "../money.ts";
import { type EpochMs, epochMs } from "../time.ts";

/** `wallet:cus_…`, or `budget:prj_…:<start>` and `budget:key_…:<start>`: one purse per period, `start` in epoch milliseconds. */
export type PurseId = Brand<string, "purse">;

export const purseKinds = ["wallet", "project_budget", "key_budget"] as const;
export type PurseKind = (typeof purseKinds)[number];

/** A hard limit as one region sees it: what a request's cost must fit into. */
export type Purse = {
  readonly id: PurseId;
  readonly kind: PurseKind;
  /** Cells that the purse has in this region, at least 1; more than one for a hot customer. */
  readonly shards: number;
  /** What this region's first cell opens with, for budgets. A wallet's open empty: money comes by credits and rebalancing. */
  readonly share?: Money;
};

/** `undefined` for any other text. */
export const parsePurseId = (text: string): PurseId | undefined => {
  const [type, owner = "", start, ...rest] = text.split(":");
  const isWallet = type === "wallet" && start === undefined && parseCustomerId(owner) !== undefined;
  const isBudget =
    type === "budget" &&
    (parseProjectId(owner) ?? parseKeyId(owner)) !== undefined &&
    /^\d{1,16}$/.test(start ?? "");
  return (isWallet || isBudget) && rest.length === 0 ? (text as PurseId) : undefined;
};

const purseId = (text: string): PurseId => {
  const id = parsePurseId(text);
  assert(id !== undefined, `${text} names no purse`);
  return id;
};

/** A customer's prepaid balance, or postpaid credit line. */
export const walletPurse = (customer: CustomerId, shards = 1): Purse => ({
  id: purseId(`wallet:${customer}`),
  kind: "wallet",
  shards,
});

/** The purse of one period of a budget: it starts full, and never refills. The next period has a purse of its own. */
export const budgetPurseId = (owner: ProjectId | KeyId, startsAt: EpochMs): PurseId =>
  purseId(`budget:${owner}:${epochMs(startsAt)}`);
