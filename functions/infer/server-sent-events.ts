import type { Refusal } from "../../core/inference/refusal.ts";
import { errorBody } from "../http/response.ts";

/** Renders a failure midway as OpenAI does: an event whose data is an error body. Clients throw on it. */
export async function* toServerSentEvents(
  body: AsyncIterable<Uint8Array | Refusal>,
): AsyncGenerator<Uint8Array | string, void> {
  for await (const item of body) yield item instanceof Uint8Array ? item : `data: ${errorBody(item)}\n\n`;
}
