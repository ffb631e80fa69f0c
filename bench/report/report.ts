import type { Machine } from "../machine.ts";
import type { Result } from "../measure/measure-all.ts";
import type { MoneyFigures } from "../measure/money.ts";
import type { ModuleLoad } from "../measure/module-load.ts";
import type { WriteUnits } from "../measure/write-units.ts";

/** Everything that one run found: the content of results/latest.json. */
export type Report = {
  /** ISO 8601, the start of the run. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly repeats: number;
  readonly machine: Machine;
  readonly results: readonly Result[];
  readonly moduleLoad: ModuleLoad;
  readonly writeUnits: WriteUnits;
  readonly money: MoneyFigures;
  /** Both counts are of the whole run, and are equal: a run in which they differ fails. */
  readonly fareboxAnswered: number;
  readonly usageEvents: number;
};
