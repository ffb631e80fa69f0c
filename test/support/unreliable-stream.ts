import { applyToCounters, type CountableRecord } from "../../core/billing/counters-apply.ts";
import type { Counters, CounterWrite } from "../../core/billing/counters.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { epochMs } from "../../core/time.ts";
import { sampleNow } from "./samples.ts";
import { numbered } from "./usage-events.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Shard = { readonly id: string; readonly records: readonly CountableRecord[] };

/**
 * Events on three shards, two of which split midway: a lease's events stay in order, first in the parent, then in a child.
 * Numbers of different shards have nothing to do with each other.
 */
const reshardedStream = (events: readonly UsageEvent[]): readonly (readonly Shard[])[] => {
  const shardOf = (event: UsageEvent, count: number) => Number.parseInt(event.lease.slice(-1), 10) % count;
  const half = Math.ceil(events.length / 2);
  const split = (part: readonly UsageEvent[], count: number, generation: string, start: number): Shard[] =>
    Array.from({ length: count }, (_, shard) => ({
      id: `${generation}${shard}`,
      records: numbered(
        part.filter((event) => shardOf(event, count) === shard),
        start * (shard + 1),
      ),
    }));
  return [split(events.slice(0, half), 3, "parent", 7), split(events.slice(half), 5, "child", 4)];
};

/**
 * Delivers events to the counters as a stream does on its worst day: batches of any size, delivered again after failures,
 * halved, acknowledgements lost, writes of consumers believed dead that arrive late, and whole consumers that wake up with
 * an old batch, also after the shard has split. Ends when every record has been acknowledged.
 */
export const deliverBadly = async (
  counters: Pick<Counters, "add">,
  events: readonly UsageEvent[],
  random: () => number,
): Promise<void> => {
  const delayed: CounterWrite[] = [];
  const asleep: { readonly shard: string; readonly batch: readonly CountableRecord[] }[] = [];
  const faulty: Pick<Counters, "add"> = {
    async add(write) {
      const fault = random();
      if (fault < 0.05) throw new Error("lost on the way");
      if (fault < 0.1) delayed.push(write);
      if (fault < 0.1) throw new Error("no answer yet");
      const outcome = await counters.add(write);
      if (fault < 0.15) throw new Error("the acknowledgement was lost");
      return outcome;
    },
  };
  const wakeZombies = async (chance: number) => {
    for (const write of delayed.splice(0)) {
      if (random() < chance) await counters.add(write);
      else delayed.push(write);
    }
    for (const { shard, batch } of asleep.splice(0)) {
      if (random() < chance) await applyToCounters(counters, shard, batch, sampleNow);
      else asleep.push({ shard, batch });
    }
  };
  const deliver = async (shard: string, batch: readonly CountableRecord[]): Promise<void> => {
    if (random() < 0.1) asleep.push({ shard, batch });
    await wakeZombies(0.2);
    const now = epochMs(sampleNow + Math.floor(random() * 1000));
    const counted = await applyToCounters(faulty, shard, batch, now);
    const crashed = random() < 0.05;
    if (counted.ok && !crashed) return;
    const left = counted.ok ? batch : batch.filter(({ sequence }) => sequence >= counted.resumeAt);
    const middle = random() < 0.5 ? Math.ceil(left.length / 2) : left.length;
    await deliver(shard, left.slice(0, middle));
    if (middle < left.length) await deliver(shard, left.slice(middle));
  };
  const consume = async ({ id, records }: Shard): Promise<void> => {
    for (let start = 0; start < records.length;) {
      const size = 1 + Math.floor(random() * 40);
      await deliver(id, records.slice(start, start + size));
      start += size;
    }
  };
  // A child is read when its parent is finished; shards of a generation run side by side.
  for (const generation of reshardedStream(events)) await Promise.all(generation.map(consume));
  await wakeZombies(1);
};
