import type { ModelPayload } from "../../core/inference/ports.ts";
import { encode } from "./sse.ts";

/** What a chat model is sent, with this body. */
export const chatPayload = (body: string): ModelPayload => ({
  operation: "chat/completions",
  contentType: "application/json",
  accept: "application/json",
  body: encode(body),
});
