import type { Quantities } from "../billing/quantities.ts";
import type { QuantitySource } from "../billing/usage-event.ts";
import { lastIndexOfBytes } from "../bytes.ts";
import { type ChunkUsage, dataOf, findUsage } from "./chunk-usage.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../json.ts";
import { readUsage } from "./model-usage.ts";

/** What one server-sent event of the model is to the relay. */
export type Observation =
  | { readonly kind: "content"; readonly event: Uint8Array }
  | { readonly kind: "usage"; readonly event: Uint8Array; readonly chunk: ChunkUsage }
  | { readonly kind: "done" }
  | { readonly kind: "error" };

/** What must be known of a request whose model may never say what it used. */
export type TalliedRequest = {
  /** A guess of the prompt's tokens. */
  readonly estimateInput: () => number;
  /** How many pieces of text repeat a prompt before they continue it. */
  readonly echoes: number;
};

/** Follows a stream and knows at every moment what has been delivered. */
export class StreamTally {
  readonly #request: TalliedRequest;
  #reported: Quantities | undefined;
  #deltas = 0;

  constructor(request: TalliedRequest) {
    this.#request = request;
  }

  observe(event: Uint8Array): Observation {
    const marker = markerOf(event);
    if (marker !== undefined) return { kind: marker };
    const chunk = findUsage(event);
    if (chunk) this.#reported = readUsage(chunk.usage) ?? this.#reported;
    // Until the model has said what it used, we count, in case it never does.
    if (!this.#reported && carriesText(event)) this.#deltas += 1;
    return chunk ? { kind: "usage", event, chunk } : { kind: "content", event };
  }

  /** What has been delivered so far. */
  get delivered(): { readonly quantities: Quantities; readonly source: QuantitySource } {
    if (this.#reported) return { quantities: this.#reported, source: "reported" };
    const { estimateInput, echoes } = this.#request;
    return {
      // A delta is a token or more: counting deltas never overcounts. The prompt can only be estimated.
      quantities: {
        inputTokens: estimateInput(),
        outputTokens: Math.max(0, this.#deltas - echoes),
        requests: 1,
      },
      source: "estimated",
    };
  }
}

const errorMember = new TextEncoder().encode('"error"');

const markerOf = (event: Uint8Array): "done" | "error" | undefined => {
  const start = asciiPrefix(event);
  // Nearly every event is one data line; one with an id, a comment or an empty line before it is read in full.
  const data = start.startsWith("data:") ? start.slice("data:".length) : dataOf(event);
  if (data.trimStart().startsWith("[DONE]")) return "done";
  if (/^event: ?error/.test(start)) return "error";
  // In a string the second quote would be escaped: only a member's name has these bytes, and hardly any chunk has them.
  if (lastIndexOfBytes(event, errorMember) < 0) return undefined;
  const error = parseJsonObject(dataOf(event))?.["error"];
  return error === undefined || error === null ? undefined : "error";
};

const asciiPrefix = (event: Uint8Array): string => String.fromCharCode(...event.subarray(0, 16));

const carriesText = (event: Uint8Array): boolean => {
  const choices = parseJsonObject(dataOf(event))?.["choices"];
  return (
    Array.isArray(choices) &&
    choices.some((choice: unknown) => {
      if (!isJsonObject(choice)) return false;
      const { delta, text } = choice as { readonly delta?: unknown; readonly text?: unknown } & JsonObject;
      if (!isJsonObject(delta)) return typeof text === "string" && text !== "";
      return Object.entries(delta).some(([name, value]) => name !== "role" && value !== null && value !== "");
    })
  );
};
