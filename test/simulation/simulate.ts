import { type UsageEvent, crashed } from "../../core/billing/usage-event.ts";
import type { RequestId } from "../../core/identifiers.ts";
import { meter } from "../../core/inference/meter.ts";
import { announceDear, streamProgress } from "../../core/inference/progress.ts";
import { type Money, add, zero } from "../../core/money.ts";
import { after, epochMs } from "../../core/time.ts";
import type { LeaseHolderOptions } from "../../core/admission/lease-holder.ts";
import type { Cells, Transfers } from "../../core/admission/ports.ts";
import { memoryLeaseUsage } from "../support/memory-lease-usage.ts";
import { admittedUnder, deliveredBy } from "./admitted.ts";
import { type PurseEnd, overspendOf, problemsWith, problemsWithEvents } from "./audit.ts";
import { cellsOf, closeAll } from "./close-all.ts";
import { type Parts, soundParts } from "./parts.ts";
import { NoAnswer, type SimulatedProcess, newProcess } from "./process.ts";
import { rebalanceRegularly, receivePending } from "./rebalancing.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { timeline } from "./timeline.ts";
import { type SimulatedRequest, budgetFor, gapMs, nextRequest, regions, requestMsMax } from "./workload.ts";
import {
  type SimulatedAccounts,
  type SimulatedUsage,
  fundWallet,
  memoryAccounts,
  simulatedPurses,
} from "./world.ts";

export type Run = {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly requests: number;
  readonly parts?: Parts;
  readonly accounts?: SimulatedAccounts;
  readonly usage?: SimulatedUsage;
};

export type Report = {
  readonly problems: readonly string[];
  readonly overspend: Money;
  readonly utilisation: number;
  readonly admitted: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Cost of requests whose event came too late to be charged: the platform's loss. */
  readonly absorbed: Money;
  /** Requests that died and were settled by their progress. */
  readonly crashed: number;
  /** Write units for leases, per admitted request. */
  readonly leaseWriteUnits: number;
};

const startMs = Date.UTC(2026, 0, 1);
/** Rates have simulations of their own. */
const rateLimiter = { take: async () => ({ ok: true, standings: [] }) as const, giveBack: () => undefined };
const processConcurrency = [1, 3] as const;

export const simulate = async ({
  scenario,
  seed,
  requests,
  parts = soundParts,
  ...stored
}: Run): Promise<Report> => {
  const random = seededRandom(seed);
  const time = timeline(startMs);
  const accounts = stored.accounts ?? memoryAccounts(parts.transitions);
  const usage = parts.usage(stored.usage ?? memoryLeaseUsage());
  const budget = budgetFor(requests);
  const holderFor = parts.holders(budget);
  const { wallet, keyBudget } = simulatedPurses(budget, startMs, random);
  await fundWallet(accounts.stores, wallet);

  const failures: unknown[] = [];
  const requestsById = new Map<RequestId, SimulatedRequest>();
  const refused: Record<string, number> = {};
  let admitted = 0;
  let leaseWriteUnits = 0;
  let arrived = 0;
  const processes: SimulatedProcess[] = [];

  const isDark = (region: string): boolean =>
    scenario.dark !== undefined && region === regions[1] && isWithin(scenario.dark, time.now() - startMs);
  const isPartitioned = (): boolean =>
    scenario.partition !== undefined && isWithin(scenario.partition, time.now() - startMs);

  const storeOf = (region: string): Cells & Transfers => {
    const store = accounts.stores.get(region);
    if (!store) throw new Error(`there is no region ${region}`);
    return store;
  };

  const start = (region: string): SimulatedProcess => {
    const process = newProcess(region, scenario, random, time);
    const store = storeOf(region);
    const options: LeaseHolderOptions = {
      region,
      randomBytes: random.bytes,
      rules: parts.rules,
      usage: {
        spentBy: (lease) => process.call(() => usage.spentBy(lease)),
        recordOf: (lease) => process.call(() => usage.recordOf(lease)),
        put: (event) => process.call(() => usage.put(event)),
      },
      cells: {
        find: (key) => process.call(() => store.find(key)),
        ofPurse: (purse) => process.call(() => store.ofPurse(purse)),
        create: (key, funded) => process.call(() => store.create(key, funded)),
        write: (writes) => {
          // An opening without a predecessor, and one in several cells, are transactions: they cost twice as much.
          const isTransaction = writes.length > 1 || writes.every(({ close }) => close.length === 0);
          leaseWriteUnits += writes.length * (isTransaction ? 2 : 1);
          return process.call(() => store.write(writes));
        },
      },
    };
    return Object.assign(process, { holder: holderFor(options) });
  };

  const processFor = (region: string): SimulatedProcess => {
    const concurrency = processConcurrency[region === regions[0] ? 0 : 1];
    const ready = processes.filter(
      (process) =>
        process.region === region &&
        process.isAlive &&
        process.frozenUntil <= time.now() &&
        process.requests < concurrency,
    );
    const chosen = random.pick(ready);
    if (chosen) return chosen;
    const process = start(region);
    processes.push(process);
    return process;
  };

  const mayFreeze = (process: SimulatedProcess): void => {
    if (random.happens(scenario.freeze)) process.frozenUntil = time.now() + random.between(10_000, 900_000);
  };
  const mayCrash = (process: SimulatedProcess): void => {
    if (random.happens(scenario.crash / 2)) process.isAlive = false;
  };

  const portsOf = (process: SimulatedProcess) => ({
    clock: process,
    region: process.region,
    rules: parts.rules,
    leases: process.holder,
    rateLimiter,
    usageEvents: {
      record: (event: UsageEvent) => heard(() => process.call(() => usage.put(event))),
    },
    progress: {
      keep: (event: UsageEvent) => heard(() => process.call(() => usage.keep(event))),
    },
  });

  const serve = async (
    process: SimulatedProcess,
    request: SimulatedRequest,
    attempt: number,
  ): Promise<void> => {
    const { region } = process;
    const now = process.now();
    const deadline = after(now, requestMsMax);
    const purses = [wallet.in(region), ...(request.hasKeyBudget ? [keyBudget.in(region)] : [])];
    const acquisition = await process.holder.acquire(purses, request.hold, deadline, now);
    if (!acquisition.ok) {
      const { code } = acquisition.refusal;
      refused[code] = (refused[code] ?? 0) + 1;
      if (code === "in_flight_budget" && attempt < 3) time.in(1000, () => arrive(request, attempt + 1));
      return;
    }
    const { lease } = acquisition;
    const admittedRequest = admittedUnder(lease, request, now, deadline, random.bytes);
    requestsById.set(admittedRequest.request, request);
    admitted += 1;
    const ports = portsOf(process);
    let share = 0;
    const delivered = () => deliveredBy(request, share);
    await announceDear(ports, admittedRequest, true);
    const progress = streamProgress(ports, admittedRequest, delivered);
    mayFreeze(process);
    for (share of [0.5, 0.9, 1]) {
      await process.sleep(request.runsMs / 3);
      progress.pass();
    }
    mayCrash(process);
    await process.sleep(1);
    await meter(ports, admittedRequest, { ...delivered(), outcome: "completed" });
    mayCrash(process);
    await process.sleep(1);
    mayFreeze(process);
  };

  const arrive = (request: SimulatedRequest, attempt = 0): void => {
    // Its health check fails: requests go to the other region.
    const region = isDark(request.region) ? regions[0] : request.region;
    const process = processFor(region);
    process.requests += 1;
    serve(process, request, attempt)
      .catch((error: unknown) => {
        if (!(error instanceof NoAnswer)) failures.push(error);
      })
      .finally(() => (process.requests -= 1));
  };

  const arriveOneByOne = (): void => {
    arrive(nextRequest(random));
    arrived += 1;
    if (arrived < requests) time.in(gapMs(time.now() - startMs, random), arriveOneByOne);
  };

  time.in(0, arriveOneByOne);
  if (scenario.dark) {
    time.in(scenario.dark[0], () => {
      for (const process of processes) if (process.region === regions[1]) process.isAlive = false;
    });
  }
  const purses = [wallet.in(regions[0]).id, keyBudget.in(regions[0]).id];
  rebalanceRegularly({
    accounts,
    purses,
    random,
    time,
    scenario,
    isCutOff: isPartitioned,
    isDark,
    isOver: () => arrived >= requests,
  });
  await time.run();

  await receivePending(accounts, purses);
  const ends: PurseEnd[] = [];
  const endMs = time.now() + 24 * 60 * 60_000;
  for (const purse of [wallet, keyBudget]) {
    await closeAll(accounts, purse.in(regions[0]).id, usage, epochMs(endMs));
  }
  const events = await usage.events();
  for (const purse of [wallet, keyBudget]) {
    const { id } = purse.in(regions[0]);
    const own = events.filter(
      ({ request }) => purse === wallet || requestsById.get(request)?.hasKeyBudget === true,
    );
    ends.push({
      purse: id,
      limit: purse.limit,
      billed: add(zero, ...own.map(({ cost }) => cost)),
      cells: await cellsOf(accounts, id),
    });
  }
  return {
    problems: [...ends.flatMap(problemsWith), ...problemsWithEvents(events), ...failures.map(String)],
    overspend: add(...ends.map(overspendOf)),
    utilisation: Number(((ends[0]?.billed ?? 0n) * 1_000_000n) / budget) / 1_000_000,
    admitted,
    refused,
    absorbed: add(zero, ...events.map((event) => event.absorbed ?? zero)),
    crashed: events.filter(({ failure }) => failure === crashed).length,
    leaseWriteUnits: leaseWriteUnits / admitted,
  };
};

const isWithin = ([fromMs, untilMs]: readonly [number, number], elapsedMs: number): boolean =>
  elapsedMs >= fromMs && elapsedMs < untilMs;

/** As the tables do it: again, a few times, and then what it has come to is not known. */
const heard = async <Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> => {
  for (let attempt = 1; attempt <= 4; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return undefined;
};
