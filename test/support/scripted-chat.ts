/** What a server of OpenAI's chat completions answers to a script, whole and in a stream's deltas, as vLLM writes it. */

type Utterance = {
  readonly message: object;
  /** The same, a token each. */
  readonly deltas: readonly object[];
  readonly finishReason: "stop" | "tool_calls";
};

export type ToolCall = { readonly name: string; readonly arguments: object };

type Said = {
  readonly words?: number;
  /** Say this in place of words. */
  readonly content?: string;
  /** Call these in place of an answer. The result of a call is answered in words. */
  readonly toolCalls?: readonly ToolCall[];
};

export const utteranceOf = (
  { words = 3, content, toolCalls }: Said,
  body: Readonly<Record<string, unknown>>,
): Utterance => {
  if (toolCalls && !endsInToolResult(body)) return calling(toolCalls);
  if (content !== undefined) return saying(content, content.match(/\S+\s*/g) ?? []);
  const numbers = Array.from({ length: words }, (_, index) => index);
  // The whole answer has no umlauts: what a stream cuts at every byte should have some.
  return saying(
    numbers.map((index) => `word${index}`).join(" "),
    numbers.map((index) => `wörd${index} `),
  );
};

const saying = (content: string, pieces: readonly string[]): Utterance => ({
  message: { role: "assistant", content },
  deltas: pieces.map((content) => ({ content })),
  finishReason: "stop",
});

const calling = (toolCalls: readonly ToolCall[]): Utterance => {
  const calls = toolCalls.map(({ name, arguments: given }, index) => ({
    id: `call_scripted_${index}`,
    type: "function",
    function: { name, arguments: JSON.stringify(given) },
  }));
  return {
    message: { role: "assistant", content: null, tool_calls: calls },
    deltas: calls.flatMap(({ function: { name, arguments: text }, ...call }, index) => [
      { tool_calls: [{ index, ...call, function: { name, arguments: "" } }] },
      ...(text.match(/.{1,9}/gs) ?? []).map((piece) => ({
        tool_calls: [{ index, function: { arguments: piece } }],
      })),
    ]),
    finishReason: "tool_calls",
  };
};

const endsInToolResult = ({ messages }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(messages) && messages.at(-1)?.role === "tool";
