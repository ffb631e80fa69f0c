import type { BillingPorts } from "../../core/billing/invoice/billing-ports.ts";

/** Whether the call that crashes takes effect before it does. */
export type CrashMoment = "before" | "after";

export class Crash extends Error {}

/**
 * Guards ports: the `n`th call of any of them crashes and so do all calls after it, because the process is gone. With
 * `n = Infinity` it only counts.
 */
export const crashAt = (n: number, moment: CrashMoment) => {
  let calls = 0;
  const guarded = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        // An iteration is not one call, and changes nothing.
        if ("listUsage" in target && (name === "list" || name === "listUsage")) return member;
        return async (...parameters: readonly unknown[]) => {
          calls += 1;
          if (calls > n || (calls === n && moment === "before")) throw new Crash();
          const result: unknown = await Reflect.apply(member, target, parameters);
          if (calls === n) throw new Crash();
          return result;
        };
      },
    });
  return { guarded, calls: () => calls };
};

/** The ports of billing, guarded. */
export const crashingAt = (ports: BillingPorts, n: number, moment: CrashMoment) => {
  const { guarded, calls } = crashAt(n, moment);
  return {
    ports: {
      usage: guarded(ports.usage),
      prices: guarded(ports.prices),
      ledger: guarded(ports.ledger),
      invoices: guarded(ports.invoices),
      wallet: {
        ...ports.wallet,
        cells: guarded(ports.wallet.cells),
        transfers: guarded(ports.wallet.transfers),
      },
    } satisfies BillingPorts,
    calls,
  };
};
