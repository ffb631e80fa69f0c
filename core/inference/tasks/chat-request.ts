import type { ModelEndpoint, ModelLimits } from "../../catalogue/model.ts";
import type { RemoteImage } from "./chat-media.ts";
import { type JsonObject, isJsonObject } from "../../json.ts";

/** A chat request whose known fields have been validated; unknown ones travel along untouched. */
export type ChatRequest = {
  readonly model: string;
  readonly stream: boolean;
  /** The client asked for a usage chunk at the end of its stream. */
  readonly wantsUsage: boolean;
  /** The client asked for usage in every chunk (vLLM's `continuous_usage_stats`). */
  readonly wantsRunningUsage: boolean;
  /** `max_completion_tokens` or `max_tokens`; absent if the client did not say. */
  readonly outputTokens?: number;
  readonly choices: number;
  readonly messageCount: number;
  /** Images and sound have no relation between their bytes and their tokens. */
  readonly isTextOnly: boolean;
  /** Images that are to be fetched before the model is asked. */
  readonly remoteImages: readonly RemoteImage[];
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** Output tokens per choice that the model is told to stop at: always set, so that the worst case is bounded. */
export const outputTokensFor = (request: ChatRequest, limits: ModelLimits): number =>
  request.outputTokens ?? Math.min(limits.outputTokensDefault, limits.outputTokensMax);

/** Farebox's own headers and fields never reach the model; everything the client said about the answer does. */
export const outgoingBody = (
  request: ChatRequest,
  limits: ModelLimits,
  endpoint: ModelEndpoint,
): Uint8Array => {
  const { max_completion_tokens: _, stream_options: streamOptions, ...fields } = request.fields;
  return new TextEncoder().encode(
    JSON.stringify({
      ...fields,
      ...(endpoint.kind === "openai-server" && { model: endpoint.model }),
      max_tokens: outputTokensFor(request, limits),
      ...(request.stream && {
        stream_options: {
          ...(isJsonObject(streamOptions) && streamOptions),
          include_usage: true,
          ...(endpoint.usage === "running" && { continuous_usage_stats: true }),
        },
      }),
    }),
  );
};
