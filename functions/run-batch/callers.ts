import { principalOf } from "../../core/access/principal.ts";
import { type KeyRefusal, standingOf } from "../../core/access/verify-key.ts";
import type { RunPorts } from "../../core/batches/ports.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { Clock } from "../../core/time.ts";
import type { CustomerRecords } from "../adapters/dynamodb/customer-records.ts";
import type { KeyRecords } from "../adapters/dynamodb/key-records.ts";
import { keyRefusalMessages } from "../authorize/answer.ts";

/** Who the keys of batches are now: limits and budgets may have changed since, and keys may have been revoked. */
export const callers = (
  keys: Pick<KeyRecords, "find">,
  customers: Pick<CustomerRecords, "find">,
  clock: Clock,
): RunPorts["callers"] => ({
  async find(key) {
    const record = await keys.find(key);
    if (!record) return refuse("invalid_api_key");
    const standing = standingOf(record, clock.now());
    if (!standing.ok) return refuse(standing.code);
    const customer = await customers.find(record.customer);
    return customer ? { ok: true, principal: principalOf(record, customer) } : refuse("invalid_api_key");
  },
});

const refuse = (code: KeyRefusal): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: { code, message: keyRefusalMessages[code] },
});
