import type { Quantities } from "../../core/billing/quantities.ts";
import type { UsageEvent } from "../../core/billing/usage-event.ts";
import { usageWithCost, withUsage } from "../../core/inference/priced-usage.ts";

/** A usage event as its customer sees it. Times are epoch milliseconds; the cost is an exact decimal amount of dollars. */
export const showGeneration = (event: UsageEvent): string => {
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 } = event.quantities;
  const generation = {
    id: event.request,
    object: "generation",
    model: event.model,
    model_version: event.modelVersion,
    artifact_digest: event.artifactDigest ?? null,
    key: event.key,
    project: event.project ?? null,
    region: event.region,
    streamed: event.streamed,
    outcome: event.outcome,
    failure: event.failure ?? null,
    policy: event.policy ?? null,
    waived: event.waived,
    batch: event.batch ?? null,
    price: event.price,
    usage_source: event.source,
    admitted_at: event.admittedAt,
    first_byte_at: event.firstByteAt ?? null,
    ended_at: event.endedAt,
  };
  const usage = {
    prompt_tokens: inputTokens + cachedInputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + cachedInputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
    ...otherUnits(event.quantities),
  };
  return withUsage(generation, usageWithCost(usage, event.cost));
};

/** What is not counted in tokens, where there is any: `images`, `audio_seconds`, `characters`, `gpu_seconds`. */
const otherUnits = ({ images, audioSeconds, characters, gpuSeconds }: Quantities) => ({
  ...(images !== undefined && { images }),
  ...(audioSeconds !== undefined && { audio_seconds: audioSeconds }),
  ...(characters !== undefined && { characters }),
  ...(gpuSeconds !== undefined && { gpu_seconds: gpuSeconds }),
});
