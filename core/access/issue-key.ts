import type { RateLimit } from "../admission/rate-window.ts";
import type { BudgetRule } from "../admission/spending-limits.ts";
import { type CustomerId, type ProjectId, type RandomBytes, keyId, newUlid } from "../identifiers.ts";
import type { EpochMs } from "../time.ts";
import { type KeyMode, formatKey, parseKey } from "./key-format.ts";
import type { KeyRecord } from "./key-record.ts";
import type { Scope } from "./scope.ts";
import { parseNetwork } from "./source-network.ts";
import { assert } from "../assert.ts";

export type KeyOrder = {
  readonly name: string;
  readonly mode: KeyMode;
  readonly customer: CustomerId;
  readonly project?: ProjectId;
  readonly scopes: readonly Scope[];
  readonly models?: readonly string[];
  readonly sourceCidrs?: readonly string[];
  readonly budget?: BudgetRule;
  /** Per minute and region. */
  readonly rateLimit?: RateLimit;
  readonly expiresAt?: EpochMs;
};

export type KeyIssue =
  | {
      readonly ok: true;
      /** Shown once, stored nowhere. */ readonly text: string;
      readonly record: KeyRecord;
    }
  | { readonly ok: false; readonly problem: string };

/** Makes a new key, or says in a sentence why the order makes no sense. `sha256` yields lower-case hex. */
export const issueKey = (
  random: { readonly randomBytes: RandomBytes; readonly sha256: (text: string) => string },
  order: KeyOrder,
  now: EpochMs,
): KeyIssue => {
  const problem = problemWith(order, now);
  if (problem !== undefined) return { ok: false, problem };
  const id = keyId(newUlid(now, random.randomBytes));
  const text = formatKey(id, order.mode, random.randomBytes(32));
  const presented = parseKey(text);
  assert(presented !== undefined, "an issued key can be read back");
  return {
    ok: true,
    text,
    record: { ...order, id, secretHash: random.sha256(presented.secret), createdAt: now },
  };
};

const problemWith = (order: KeyOrder, now: EpochMs): string | undefined => {
  if (order.scopes.length === 0) return "A key needs at least one scope.";
  if (order.scopes.includes("admin") && order.scopes.includes("infer")) {
    return "A management key (scope admin) cannot infer: issue two keys.";
  }
  if (order.models?.length === 0)
    return "An empty model list would refuse every model: leave it out to allow all.";
  if (order.sourceCidrs?.length === 0)
    return "An empty list of networks would refuse every address: leave it out to allow all.";
  if (order.expiresAt !== undefined && order.expiresAt <= now) return "The key would already have expired.";
  const network = order.sourceCidrs?.find((cidr) => parseNetwork(cidr) === undefined);
  if (network !== undefined) return `"${network}" is not a network in CIDR notation, such as 203.0.113.0/24.`;
  return undefined;
};
