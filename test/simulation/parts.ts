import type { Money } from "../../core/money.ts";
import { type LeaseHolder, type LeaseHolderOptions, leaseHolder } from "../../core/admission/lease-holder.ts";
import { type LeaseRules, leaseRules } from "../../core/admission/lease-rules.ts";
import { type CellTransitions, cellTransitions } from "../support/memory-cells.ts";
import type { SimulatedUsage } from "./world.ts";

/** What a run is made of. A test of the tests puts a broken part in place of a sound one. */
export type Parts = {
  readonly rules: LeaseRules;
  readonly transitions: CellTransitions;
  /** Called once per run; then once per process. */
  readonly holders: (limit: Money) => (options: LeaseHolderOptions) => LeaseHolder;
  /** The usage table, as every process and every closer has it. */
  readonly usage: (usage: SimulatedUsage) => SimulatedUsage;
};

export const soundParts: Parts = {
  rules: leaseRules(),
  transitions: cellTransitions,
  holders: () => leaseHolder,
  usage: (usage) => usage,
};
