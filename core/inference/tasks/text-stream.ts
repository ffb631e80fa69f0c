import type { Admitted } from "../../admission/admit.ts";
import { concatBytes } from "../../bytes.ts";
import type { ModelEndpoint } from "../../catalogue/model.ts";
import { readUsage } from "../model-usage.ts";
import { estimatedUsage, usageWithCost, withUsage } from "../priced-usage.ts";
import type { PricedDelivery, StreamRendering } from "../stream-rendering.ts";
import type { TextRequest } from "./text-output.ts";

const encoder = new TextEncoder();
const done = encoder.encode("data: [DONE]\n\n");

/**
 * OpenAI's stream of chunks of text: the model's own bytes, with usage and its cost for a client that asked for it.
 * `object`: what OpenAI calls the chunks of the task.
 */
export const textStream = (
  object: "chat.completion.chunk" | "text_completion",
  request: Pick<TextRequest, "wantsUsage" | "wantsRunningUsage">,
  admitted: Admitted,
  endpoint: ModelEndpoint,
): StreamRendering => {
  let isUsageShown = false;

  /** For a client that asked for usage, from a model that gave none that makes sense. */
  const usageChunk = ({ quantities, cost }: PricedDelivery): Uint8Array => {
    const chunk = {
      id: admitted.request,
      object,
      created: Math.floor(admitted.admittedAt / 1000),
      model: admitted.model.name,
      choices: [],
    };
    return encoder.encode(`data: ${withUsage(chunk, usageWithCost(estimatedUsage(quantities), cost))}\n\n`);
  };

  return {
    open: () => undefined,
    show(seen, delivered) {
      if (seen.kind === "content") return seen.event;
      if (seen.kind !== "usage") return undefined;
      const isFinal = !seen.chunk.hasChoices || (endpoint.usage === "final" && seen.chunk.finishes);
      if (!isFinal && request.wantsRunningUsage) return seen.event;
      if (!isFinal || !request.wantsUsage || !readUsage(seen.chunk.usage)) {
        return seen.chunk.hasChoices ? seen.chunk.without() : undefined;
      }
      isUsageShown = true;
      return seen.chunk.with(usageWithCost(seen.chunk.usage, delivered().cost));
    },
    complete: (delivered) =>
      request.wantsUsage && !isUsageShown ? concatBytes(usageChunk(delivered), done) : done,
    fail: (refusal) => refusal,
  };
};
