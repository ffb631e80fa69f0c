import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { findModel, modelIndex } from "../../core/catalogue/find-model.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { closeExpired } from "../../core/admission/close-expired.ts";
import { leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import { walletPurse } from "../../core/admission/purse.ts";
import { rateLimiter } from "../../core/admission/rate-limiter.ts";
import type { InferencePorts, ModelFailure, ModelServers } from "../../core/inference/ports.ts";
import type { RemoteImages } from "../../core/inference/remote-images/ports.ts";
import { epochMs } from "../../core/time.ts";
import { type Money, parseDollars, zero } from "../../core/money.ts";
import { manualTimers } from "./manual-timers.ts";
import { memoryCells } from "./memory-cells.ts";
import { memoryLeaseUsage } from "./memory-lease-usage.ts";
import { memoryRateWindows } from "./memory-rate-windows.ts";
import { present } from "./present.ts";
import { countingBytes, sampleModel, sampleNow, samplePrincipal } from "./samples.ts";

export type ModelItem = Uint8Array | ModelFailure;

/** What the model of a test does. Tests give only what they expect to be called; anything else fails the test. */
type Script = {
  readonly model?: Model;
  readonly invoke?: ModelServers["invoke"];
  readonly invokeStreaming?: ModelServers["invokeStreaming"];
  readonly remoteImages?: RemoteImages;
  /** What is in the sample customer's wallet; default: plenty. */
  readonly wallet?: Money;
  /** Runs while an event is being stored. */
  readonly whileRecording?: () => Promise<void>;
};

const region = "eu-west-1";

/** The ports of the request flow in memory; `events` are the usage events that are durable. */
export const memoryInference = (script: Script) => {
  const events: UsageEvent[] = [];
  const randomBytes = countingBytes();
  const model = script.model ?? sampleModel;
  const cells = memoryCells(region);
  const usage = memoryLeaseUsage();
  const rules = leaseRules();
  const cell = { purse: walletPurse(samplePrincipal.customer).id, region, shard: 0 };
  void cells.create(cell, script.wallet ?? parseDollars("1000") ?? zero);
  const leases = leaseHolder({ region, randomBytes, cells, usage, rules });
  let nowMs: number = sampleNow;
  const timers = manualTimers();
  const unexpected = () => Promise.reject(new Error("the model was not to be called like this"));
  const ports: InferencePorts = {
    clock: { now: () => epochMs((nowMs += 1)) },
    randomBytes,
    region,
    catalogue: { find: async (written) => findModel(modelIndex([model]), written) },
    rules,
    leases,
    rateLimiter: rateLimiter(memoryRateWindows(), region),
    modelServers: {
      invoke: script.invoke ?? unexpected,
      invokeStreaming: script.invokeStreaming ?? unexpected,
    },
    usageEvents: {
      async record(event) {
        await script.whileRecording?.();
        const stored = await usage.put(event);
        if (stored === event) events.push(event);
        return stored;
      },
    },
    progress: usage,
    timers,
    remoteImages: script.remoteImages ?? { allowedHosts: [], resolve: unexpected, get: unexpected },
  };
  /** Time passes, apart from the millisecond that every look at the clock takes. */
  const pass = (durationMs: number): void => {
    nowMs += durationMs;
  };
  /** What everybody does who finds the customer's leases long after: closes them. */
  const closeAll = (): Promise<boolean> =>
    closeExpired({ cells, usage, rules }, cell, epochMs(nowMs + 24 * 60 * 60_000));
  const wallet = async () => present(await cells.find(cell));
  return { ports, events, cells, usage, leases, timers, pass, closeAll, wallet };
};

/** A stream of a model: its items as they are, each given out only when asked for; `stopped` counts calls of cancel. */
export const scriptedStream = (items: readonly ModelItem[]) => {
  const state = { stopped: 0, ended: false };
  async function* chunks(): AsyncGenerator<ModelItem> {
    try {
      for (const item of items) {
        if (state.stopped > 0) return;
        yield item;
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, stream: { chunks: chunks(), cancel: () => void (state.stopped += 1) } };
};
