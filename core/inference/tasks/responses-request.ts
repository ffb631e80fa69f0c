import type { JsonObject } from "../../json.ts";
import type { ChatRequest } from "./chat-request.ts";

/** A request to OpenAI's Responses API in its stateless form, as a chat model is asked it. */
export type ResponsesRequest = {
  readonly chat: ChatRequest;
  /** What a response repeats of its request: validated, and with the API's defaults where the client said nothing. */
  readonly echo: JsonObject;
};

/** What has been said so far, item by item. */
export type InputItem =
  | {
      readonly kind: "message";
      readonly role: "system" | "developer" | "user" | "assistant";
      readonly content: string | readonly InputPart[];
    }
  | {
      readonly kind: "function_call";
      readonly callId: string;
      readonly name: string;
      /** JSON, as the model wrote it. */
      readonly arguments: string;
    }
  | { readonly kind: "function_call_output"; readonly callId: string; readonly output: string };

export type InputPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image"; readonly url: string; readonly detail?: string };
