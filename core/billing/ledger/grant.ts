import type { Brand } from "../../brand.ts";
import type { Money } from "../../money.ts";
import type { EpochMs } from "../../time.ts";

/**
 * `grt_` and what gave it: a payment's id, a campaign and customer. Chosen by the caller and not random, so that a payment
 * reported twice is credited once.
 */
export type GrantId = Brand<string, "grt">;

export const grantKinds = ["paid", "promotional"] as const;
export type GrantKind = (typeof grantKinds)[number];

/** Money that a customer may use up. */
export type Grant = {
  readonly id: GrantId;
  readonly kind: GrantKind;
  readonly amount: Money;
  readonly remaining: Money;
  /** 0 to 255; lower burns first. */
  readonly priority: number;
  /** From then on it pays for nothing; absent: never. */
  readonly expiresAt?: EpochMs;
  readonly createdAt: EpochMs;
};

export const priorityMax = 255;

export const parseGrantId = (text: string): GrantId | undefined =>
  /^grt_[A-Za-z0-9_-]{1,120}$/.test(text) ? (text as GrantId) : undefined;

export const hasExpired = ({ expiresAt }: Grant, now: EpochMs): boolean =>
  expiresAt !== undefined && expiresAt <= now;

/** Which of two grants burns first: priority, then expiry (never is last), then age, then id so that there are no ties. */
export const compareGrants = (one: Grant, other: Grant): number =>
  one.priority - other.priority ||
  compare(one.expiresAt ?? Number.POSITIVE_INFINITY, other.expiresAt ?? Number.POSITIVE_INFINITY) ||
  one.createdAt - other.createdAt ||
  compare(one.id, other.id);

const compare = <Value extends string | number>(one: Value, other: Value): number =>
  one === other ? 0 : one < other ? -1 : 1;
