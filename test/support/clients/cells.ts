import { expect } from "vitest";
import { wave } from "../wave.ts";
import { type ApiClient, canary } from "./api-client.ts";

/** Of a model that costs a dollar per million tokens of input, and two of output. */
export const chatEvent = (outputTokens: number, more: object = {}) => ({
  task: "chat",
  outcome: "completed",
  source: "reported",
  streamed: false,
  quantities: { inputTokens: 11, outputTokens },
  cost: BigInt(11 + 2 * outputTokens) * 1_000_000n,
  ...more,
});
const completionEvent = {
  task: "completion",
  outcome: "completed",
  source: "reported",
  quantities: { inputTokens: 5, outputTokens: 3 },
  cost: 11_000_000n,
};

const usage = (output: number) => ({ input: 11, output });
export const streamed = { streamed: true };
export const toolScript = {
  toolCalls: [{ name: "film_length", arguments: { title: "Nine Doors North" } }],
};
const toolEvents = (more: object = {}) => [chatEvent(5, more), chatEvent(3, more)];
const film = { title: "Nine Doors North", minutes: 118 };
export const filmScript = { content: JSON.stringify(film, null, 1) };
const speech = () =>
  new File([wave({ channels: 1, samplesPerSecond: 8000, bitsPerSample: 16 }, 48_000)], `${canary}.wav`);

/** A client that lacks `method` has no such cell. */
type Cell = readonly [
  does: string,
  method: keyof ApiClient,
  call: (client: ApiClient) => Promise<unknown> | undefined,
  says: unknown,
  events: readonly object[],
];

export const cells: readonly Cell[] = [
  [
    "chats",
    "chat",
    (client) => client.chat({}),
    { text: "word0 word1 word2", usage: usage(3) },
    [chatEvent(3)],
  ],
  [
    "streams",
    "stream",
    (client) => client.stream({ script: { words: 4 } }),
    { text: "wörd0 wörd1 wörd2 wörd3 ", usage: usage(4) },
    [chatEvent(4, streamed)],
  ],
  [
    "runs a tool that the model calls",
    "useTool",
    (client) => client.useTool({ script: toolScript }),
    expect.objectContaining({ text: "word0 word1 word2" }),
    toolEvents(),
  ],
  [
    "runs a tool whose call is streamed",
    "useToolStreamed",
    (client) => client.useToolStreamed({ script: toolScript }),
    expect.objectContaining({ text: "wörd0 wörd1 wörd2 " }),
    toolEvents(streamed),
  ],
  [
    "gets an answer in the form of a schema",
    "structured",
    (client) => client.structured({ script: filmScript }),
    film,
    [chatEvent(8)],
  ],
  [
    "embeds texts",
    "embed",
    async (client) =>
      (await client.embed("tiny-embed", ["a fantasy movie", "a refund"])).map(({ length }) => length),
    [128, 128],
    [{ task: "embeddings", outcome: "completed", source: "reported", quantities: { requests: 1 } }],
  ],
  [
    "completes a prompt",
    "complete",
    (client) => client.complete("scripted-completion"),
    expect.objectContaining({ text: " once upon time" }),
    [completionEvent],
  ],
  [
    "streams the completion of a prompt",
    "completeStreamed",
    (client) => client.completeStreamed("scripted-completion"),
    expect.objectContaining({ text: " once upon time" }),
    [{ ...completionEvent, ...streamed }],
  ],
  [
    "makes an image",
    "makeImage",
    (client) => client.makeImage("scripted-images"),
    "iVBORw0KGgo=",
    [{ task: "image-generation", outcome: "completed", quantities: { images: 1 }, cost: 10_000_000_000n }],
  ],
  [
    "calls the Responses API",
    "respond",
    (client) => client.respond?.({}),
    { text: "word0 word1 word2", usage: usage(3) },
    [chatEvent(3)],
  ],
  [
    "streams from the Responses API",
    "respondStreamed",
    (client) => client.respondStreamed?.({}),
    { text: "wörd0 wörd1 wörd2 ", usage: usage(3) },
    [chatEvent(3, streamed)],
  ],
  [
    "transcribes a recording",
    "transcribe",
    (client) => client.transcribe?.("scripted-transcription", speech()),
    "heard a file",
    [{ task: "transcription", outcome: "completed", quantities: { audioSeconds: 3 }, cost: 3_000_000_000n }],
  ],
  [
    "moderates texts",
    "moderate",
    (client) => client.moderate?.("scripted-moderation", ["a fight", "peace"]),
    [true, false],
    [{ task: "moderation", outcome: "completed", quantities: { characters: 12 }, cost: 12_000_000n }],
  ],
  [
    "lists models",
    "models",
    (client) => client.models?.(),
    expect.arrayContaining(["scripted", "tiny-chat"]),
    [],
  ],
  [
    "keeps a file",
    "keepFile",
    (client) => client.keepFile?.(`{"custom_id":"${canary}"}\n`),
    `{"custom_id":"${canary}"}\n`,
    [],
  ],
];
