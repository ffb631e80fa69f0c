import type { ModelServer } from "./start-model-server.ts";

type Usage = {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
};

type ChatAnswer = {
  readonly model: string;
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: { readonly role: string; readonly content: string };
    readonly finish_reason: string;
  }[];
  readonly usage: Usage;
};

type Chunk = {
  readonly id: string;
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Usage | null;
};

export type Fields = Readonly<Record<string, unknown>>;

const user = (content: string) => [{ role: "user", content }];

export const invoke = (
  server: ModelServer,
  body: string | Uint8Array,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(`${server.url}/invocations`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
    ...(signal === undefined ? {} : { signal }),
  });

/** Asks one question; `messages` among the fields replaces it. */
export const ask = async (
  server: ModelServer,
  question: string,
  fields: Fields = {},
): Promise<ChatAnswer> => {
  const response = await invoke(server, JSON.stringify({ messages: user(question), ...fields }));
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json() as Promise<ChatAnswer>;
};

export type StreamedAnswer = {
  readonly chunks: readonly Chunk[];
  /** As they were sent, without `data: `. */
  readonly events: readonly string[];
  /** By choice. */
  readonly texts: readonly string[];
};

export const askStreaming = async (
  server: ModelServer,
  question: string,
  fields: Fields = {},
): Promise<StreamedAnswer> => {
  const response = await invoke(
    server,
    JSON.stringify({ messages: user(question), stream: true, ...fields }),
  );
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
  const events = body
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""));
  const chunks = events.filter((event) => event !== "[DONE]").map((event): Chunk => JSON.parse(event));
  const texts: string[] = [];
  for (const choice of chunks.flatMap(({ choices }) => choices)) {
    texts[choice.index] = (texts[choice.index] ?? "") + (choice.delta.content ?? "");
  }
  return { chunks, events, texts };
};
