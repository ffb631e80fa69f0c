import type { UsageEvent } from "../../core/billing/usage-event.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { openLeases } from "../../core/admission/lease.ts";
import type { InferencePorts, ModelFailure, ModelServers } from "../../core/inference/ports.ts";
import { epochMs } from "../../core/time.ts";
import { countingBytes, sampleModel, sampleNow } from "./samples.ts";

export type ModelItem = Uint8Array | ModelFailure;

/** What the model of a test does. Tests give only what they expect to be called; anything else fails the test. */
type Script = {
  readonly model?: Model;
  readonly invoke?: ModelServers["invoke"];
  readonly invokeStreaming?: ModelServers["invokeStreaming"];
  /** Runs while an event is being stored. */
  readonly whileRecording?: () => Promise<void>;
};

/** The ports of the request flow in memory; `events` are the usage events that are durable. */
export const memoryInference = (script: Script) => {
  const events: UsageEvent[] = [];
  const randomBytes = countingBytes();
  const model = script.model ?? sampleModel;
  let nowMs: number = sampleNow;
  const unexpected = () => Promise.reject(new Error("the model was not to be called like this"));
  const ports: InferencePorts = {
    clock: { now: () => epochMs((nowMs += 1)) },
    randomBytes,
    region: "eu-west-1",
    catalogue: { find: async (name) => (name === model.name ? model : undefined) },
    leases: openLeases(randomBytes),
    modelServers: {
      invoke: script.invoke ?? unexpected,
      invokeStreaming: script.invokeStreaming ?? unexpected,
    },
    usageEvents: {
      async record(event) {
        await script.whileRecording?.();
        events.push(event);
      },
    },
  };
  return { ports, events };
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
