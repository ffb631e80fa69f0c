import type { Principal } from "../access/principal.ts";
import type { Refusal } from "../inference/refusal.ts";
import { type EpochMs, after } from "../time.ts";
import { type Batch, isOutOfTime } from "./batch.ts";
import type { LeavingReason } from "./line-result.ts";
import type { RunPorts } from "./ports.ts";

/** Whether one more line may be begun: as whom, or why not. */
export type Permission =
  | { readonly kind: "run"; readonly caller: Principal }
  | { readonly kind: "refuse"; readonly refusal: Refusal }
  | { readonly kind: "leave_out"; readonly reason: LeavingReason };

/** How long after a batch was cancelled, or its key revoked, lines may still be begun. */
const freshMs = 5000;

/** Asks for every line of a chunk, and looks anew every few seconds. */
export const permissions = (ports: Pick<RunPorts, "batches" | "callers" | "clock">, batch: Batch) => {
  let last: { readonly permission: Promise<Permission>; readonly until: EpochMs } | undefined;
  return (): Promise<Permission> => {
    const now = ports.clock.now();
    if (!last || now >= last.until)
      last = { permission: permissionFor(ports, batch, now), until: after(now, freshMs) };
    return last.permission;
  };
};

const permissionFor = async (
  { batches, callers }: Pick<RunPorts, "batches" | "callers">,
  batch: Batch,
  now: EpochMs,
): Promise<Permission> => {
  const current = await batches.find(batch.customer, batch.id);
  if (current?.state === "cancelling") return { kind: "leave_out", reason: "batch_cancelled" };
  if (!current || isOutOfTime(batch, now)) return { kind: "leave_out", reason: "batch_expired" };
  const caller = await callers.find(batch.key);
  return caller.ok
    ? { kind: "run", caller: withoutRateLimits(caller.principal) }
    : { kind: "refuse", refusal: caller.refusal };
};

/** Batches run at the queue's pace: they leave their customers the rates that requests of their own have. */
const withoutRateLimits = (principal: Principal): Principal => {
  const { customerRate: _ofCustomer, keyRate: _ofKey, ...limits } = principal.limits;
  return { ...principal, limits };
};
