import type { RateLimit } from "../admission/rate-window.ts";
import type { BudgetRule } from "../admission/spending-limits.ts";
import type { CustomerId, KeyId, ProjectId } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import type { KeyMode } from "./key-format.ts";
import type { Scope } from "./scope.ts";

/** What is stored of a key: everything but its secret. */
export type KeyRecord = {
  readonly id: KeyId;
  readonly mode: KeyMode;
  /** SHA-256 of the secret's text, lower-case hex. 256 random bits need no slow hash. */
  readonly secretHash: string;
  readonly name: string;
  readonly customer: CustomerId;
  readonly project?: ProjectId;
  readonly scopes: readonly Scope[];
  /** Models the key may call; absent: all. */
  readonly models?: readonly string[];
  /** Networks the key may call from, in CIDR notation; absent: all. */
  readonly sourceCidrs?: readonly string[];
  /** What this key may spend per period, however full the customer's wallet is. */
  readonly budget?: BudgetRule;
  /** Per minute and region. */
  readonly rateLimit?: RateLimit;
  readonly createdAt: EpochMs;
  readonly expiresAt?: EpochMs;
  readonly revokedAt?: EpochMs;
};
