import type { Quantities } from "../billing/quantities.ts";
import type { QuantitySource } from "../billing/usage-event.ts";
import type { ModelEndpoint } from "../catalogue/model.ts";
import type { ChatRequest } from "./chat-request.ts";
import { type ChunkUsage, dataOf, findUsage } from "./chunk-usage.ts";
import { isJsonObject, parseJsonObject } from "../json.ts";
import { estimateTokens, readUsage } from "./model-usage.ts";

/** What one server-sent event of the model is to the relay. */
export type Observation =
  | { readonly kind: "content"; readonly event: Uint8Array }
  | { readonly kind: "usage"; readonly event: Uint8Array; readonly chunk: ChunkUsage }
  | { readonly kind: "done" }
  | { readonly kind: "error" };

/** Follows a stream and knows at every moment what has been delivered. */
export class StreamTally {
  readonly #request: ChatRequest;
  readonly #reportsRunningUsage: boolean;
  #reported: Quantities | undefined;
  #deltas = 0;

  constructor(request: ChatRequest, endpoint: ModelEndpoint) {
    this.#request = request;
    this.#reportsRunningUsage = endpoint.usage === "running";
  }

  observe(event: Uint8Array): Observation {
    const marker = markerOf(event);
    if (marker !== undefined) return { kind: marker };
    const chunk = findUsage(event);
    if (chunk) {
      this.#reported = readUsage(chunk.usage) ?? this.#reported;
      return { kind: "usage", event, chunk };
    }
    // Only a server that reports at the end leaves us to count, in case the end never comes.
    if (!this.#reportsRunningUsage && carriesText(event)) this.#deltas += 1;
    return { kind: "content", event };
  }

  /** What has been delivered so far. */
  get delivered(): { readonly quantities: Quantities; readonly source: QuantitySource } {
    if (this.#reported) return { quantities: this.#reported, source: "reported" };
    const inputBytes = new TextEncoder().encode(JSON.stringify(this.#request.fields["messages"])).length;
    return {
      // A delta is a token or more: counting deltas never overcounts. The prompt can only be estimated.
      quantities: { inputTokens: estimateTokens(inputBytes), outputTokens: this.#deltas, requests: 1 },
      source: "estimated",
    };
  }
}

const asciiPrefix = (event: Uint8Array, length: number): string =>
  String.fromCharCode(...event.subarray(0, length));

const markerOf = (event: Uint8Array): "done" | "error" | undefined => {
  const start = asciiPrefix(event, 14);
  if (/^data: ?\[DONE\]/.test(start)) return "done";
  return /^data: ?\{"error"/.test(asciiPrefix(event, 15)) || /^event: ?error/.test(start)
    ? "error"
    : undefined;
};

const carriesText = (event: Uint8Array): boolean => {
  const choices = parseJsonObject(dataOf(event))?.["choices"];
  return (
    Array.isArray(choices) &&
    choices.some((choice: unknown) => {
      const delta = isJsonObject(choice) ? choice["delta"] : undefined;
      return (
        isJsonObject(delta) &&
        Object.entries(delta).some(([name, value]) => name !== "role" && value !== null && value !== "")
      );
    })
  );
};
