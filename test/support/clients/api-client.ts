import { z } from "zod";
import type { Script } from "../scripted-model.ts";

/** How a client is told where to call, and for how long to try. */
export type Connection = {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly maxRetries?: number;
  readonly timeoutMs?: number;
};

export type Ask = {
  readonly model?: string;
  /** Travels as a field that is not OpenAI's, in whatever way the client has for those. */
  readonly script?: Script;
  readonly signal?: AbortSignal;
};

/** What an answer came to. */
export type Reply = {
  readonly text: string;
  /** Tokens, as the client understood them. */
  readonly usage?: { readonly input: number | undefined; readonly output: number | undefined };
};

/** How a call failed, as a program that uses the client can tell. */
export type Failure =
  | { readonly kind: "refused"; readonly status: number | undefined; readonly code: unknown }
  | { readonly kind: "timeout" }
  | { readonly kind: "other"; readonly error: unknown };

/** What the matrix asks of a client: calls as its documentation shows them. One that is absent, the client does not have. */
export type ApiClient = {
  chat(ask: Ask): Promise<Reply>;
  /** `onText` hears every piece as it comes. */
  stream(ask: Ask, onText?: () => void): Promise<Reply>;
  /** Has the model call `lengthTool`, runs it, and yields what the model says to the result. */
  useTool(ask: Ask): Promise<Reply>;
  useToolStreamed(ask: Ask): Promise<Reply>;
  /** An answer in the form of `film`. */
  structured(ask: Ask): Promise<unknown>;
  embed(model: string, texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  complete(model: string): Promise<Reply>;
  completeStreamed(model: string): Promise<Reply>;
  makeImage(model: string): Promise<string | undefined>;
  respond?(ask: Ask): Promise<Reply>;
  respondStreamed?(ask: Ask): Promise<Reply>;
  transcribe?(model: string, recording: File): Promise<string>;
  /** Which of the texts are flagged. */
  moderate?(model: string, texts: readonly string[]): Promise<readonly boolean[]>;
  models?(): Promise<readonly string[]>;
  /** Uploads a text, reads it back and deletes it. */
  keepFile?(content: string): Promise<string>;
  failureOf(error: unknown): Failure;
};

/** In every prompt, so that one that is logged is found. */
export const canary = "canary-6d0c";

export const film = z.object({ title: z.string(), minutes: z.number() });

/** A tool whose result a model cannot guess. */
export const lengthTool = {
  name: "film_length",
  description: "The length of a film in minutes.",
  parameters: z.object({ title: z.string() }),
  run: ({ title }: { readonly title: string }): string => `${title} lasts 118 minutes`,
};
