import { add, picodollars } from "../../core/money.ts";
import { epochMs } from "../../core/time.ts";
import { grantedIn } from "../../core/admission/cell.ts";
import type { PurseId } from "../../core/admission/purse.ts";
import { planTransfers } from "../../core/admission/rebalance.ts";
import { type Transfer, newTransfer } from "../../core/admission/transfer.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";
import type { SimulatedStore } from "./world.ts";

type Rebalancing = {
  readonly stores: ReadonlyMap<string, SimulatedStore>;
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
  const { stores, time, isCutOff, isDark, isOver } = rebalancing;
  const tick = async (): Promise<void> => {
    if (!isCutOff()) await replicate(stores);
    for (const [region, store] of stores) {
      if (isDark(region)) continue;
      for (const purse of rebalancing.purses) {
        await give(rebalancing, region, store, purse);
        await receive(rebalancing, region, store, purse);
      }
    }
    if (!isOver()) time.in(everyMs, tick);
  };
  time.in(0, tick);
};

const replicate = async (stores: ReadonlyMap<string, SimulatedStore>): Promise<void> => {
  for (const from of stores.values()) {
    const cells = await from.owned();
    for (const to of stores.values()) if (to !== from) to.replicate(cells, from.given());
  }
};

const give = async (
  { random, time, scenario }: Rebalancing,
  region: string,
  store: SimulatedStore,
  purse: PurseId,
): Promise<void> => {
  const cells = await store.ofPurse(purse);
  const demands = cells.map((cell) => ({ cell, demand: add(cell.spent, grantedIn(cell)) }));
  for (const movement of planTransfers(demands, smallestTransfer)) {
    if (movement.from.region !== region) continue;
    const transfer = newTransfer(movement, epochMs(time.now()), random.bytes);
    await store.give(transfer);
    if (random.happens(scenario.lostAck)) await store.give(transfer);
  }
};

const receive = async (
  { random, scenario, time }: Rebalancing,
  region: string,
  store: SimulatedStore,
  purse: PurseId,
): Promise<void> => {
  for (const transfer of await store.pending(purse, region)) {
    await store.receive(transfer);
    // A stream delivers at least once: a second time soon, or much later.
    if (random.happens(scenario.duplicateDelivery)) {
      time.in(random.between(1, 120_000), async () => void (await store.receive(transfer)));
    }
  }
};

/** When every connection is back: whatever was on its way arrives. */
export const receivePending = async (
  stores: ReadonlyMap<string, SimulatedStore>,
  purses: readonly PurseId[],
): Promise<void> => {
  await replicate(stores);
  for (const [region, store] of stores) {
    const transfers: readonly Transfer[] = (
      await Promise.all(purses.map((purse) => store.pending(purse, region)))
    ).flat();
    for (const transfer of transfers) await store.receive(transfer);
  }
};
