import type { JsonObject } from "../../json.ts";

type ItemStatus = "in_progress" | "completed" | "incomplete";

/** What a model says to people: words, or that it will not answer. */
export type PartKind = "output_text" | "refusal";

/** A part of a message, complete or so far. */
export const messagePart = (kind: PartKind, text: string): JsonObject =>
  kind === "output_text"
    ? { type: kind, text, annotations: [], logprobs: [] }
    : { type: kind, refusal: text };

export const messageItem = (id: string, status: ItemStatus, content: readonly JsonObject[]): JsonObject => ({
  id,
  type: "message",
  status,
  role: "assistant",
  content,
});

export type FunctionCall = { readonly callId: string; readonly name: string; readonly arguments: string };

export const functionCallItem = (
  id: string,
  status: ItemStatus,
  { callId, name, arguments: json }: FunctionCall,
): JsonObject => ({ id, type: "function_call", status, call_id: callId, name, arguments: json });
