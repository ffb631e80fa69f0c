const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (text: string): Uint8Array => encoder.encode(text);
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

/** One server-sent event with JSON data. */
export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

export const done = "data: [DONE]\n\n";

/** A chunk of a chat stream with one piece of text. */
export const delta = (content: string, more: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
  ...more,
});

/** The last chunk of a stream with `include_usage`: usage and no choices. */
export const usageChunk = (usage: unknown) => ({ ...delta(""), choices: [], usage });

export const tokens = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

/** The JSON data of the events in `text`, without `[DONE]`. */
export const dataIn = (text: string): readonly Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line): Record<string, unknown> => JSON.parse(line.slice("data: ".length)));

/** `bytes` in pieces that end at `cuts` (any order; those out of range count from the start again). */
export const cutAt = (bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] => {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
};
