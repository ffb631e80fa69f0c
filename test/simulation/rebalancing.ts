import { picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import type { PurseId } from "../../core/admission/purse.ts";
import { rebalancePurse } from "../../core/admission/rebalance-purse.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";
import type { SimulatedAccounts } from "./world.ts";

type Rebalancing = {
  readonly accounts: SimulatedAccounts;
  readonly purses: readonly PurseId[];
  readonly random: Random;
  readonly time: Timeline;
  readonly scenario: Scenario;
  readonly isCutOff: () => boolean;
  readonly isDark: (region: string) => boolean;
  readonly isOver: () => boolean;
};

const everyMs = 15_000;
const smallestTransfer = picodollars(1_000_000_000n);

/** Every region moves its surplus to where it is spent, hears of the others' transfers, and receives its own. */
export const rebalanceRegularly = (rebalancing: Rebalancing): void => {
  const { accounts, time, isCutOff, isDark, isOver } = rebalancing;
  const tick = async (): Promise<void> => {
    if (!isCutOff()) accounts.replicate();
    for (const region of accounts.stores.keys()) {
      if (isDark(region)) continue;
      for (const purse of rebalancing.purses) await rebalance(rebalancing, region, purse);
    }
    if (!isOver()) time.in(everyMs, tick);
  };
  time.in(0, tick);
};

const rebalance = async (
  { accounts, random, scenario, time }: Rebalancing,
  region: string,
  purse: PurseId,
): Promise<void> => {
  const store = accounts.stores.get(region);
  if (!store) return;
  const ports = { cells: store, transfers: store, randomBytes: random.bytes, region };
  const { given, received } = await rebalancePurse(ports, purse, smallestTransfer, epochMs(time.now()));
  for (const transfer of given) {
    if (random.happens(scenario.lostAck)) await store.give(transfer);
  }
  for (const transfer of received) {
    // A stream delivers at least once: a second time soon, or much later.
    if (random.happens(scenario.duplicateDelivery)) {
      time.in(random.between(1, 120_000), async () => void (await store.receive(transfer)));
    }
  }
};

/** When every connection is back: whatever was on its way arrives. */
export const receivePending = async (
  accounts: SimulatedAccounts,
  purses: readonly PurseId[],
): Promise<void> => {
  accounts.replicate();
  for (const [region, store] of accounts.stores) {
    for (const purse of purses) {
      for (const transfer of await store.pending(purse, region)) await store.receive(transfer);
    }
  }
};
