import type { JsonObject } from "../../json.ts";
import type { InputItem, InputPart } from "./responses-request.ts";

type Message = JsonObject & { readonly role: string };
type Call = Extract<InputItem, { readonly kind: "function_call" }>;

/**
 * The messages that say to a chat model what `instructions` and `items` say. Calls of functions that follow each other, or the
 * assistant's words, are one message: chat templates expect all of a turn's calls together, before their outputs.
 */
export const chatMessages = (
  instructions: string | undefined,
  items: readonly InputItem[],
): readonly Message[] => {
  const messages: Message[] = instructions === undefined ? [] : [{ role: "system", content: instructions }];
  let turn: { readonly content: unknown; readonly calls: Call[] } | undefined;
  const endTurn = (): void => {
    if (turn) messages.push(assistantMessage(turn));
    turn = undefined;
  };
  for (const item of items) {
    if (item.kind === "function_call") {
      turn ??= { content: null, calls: [] };
      turn.calls.push(item);
      continue;
    }
    endTurn();
    if (item.kind === "function_call_output")
      messages.push({ role: "tool", tool_call_id: item.callId, content: item.output });
    else if (item.role === "assistant") turn = { content: textOf(item.content), calls: [] };
    else messages.push({ role: roles[item.role], content: contentOf(item.content) });
  }
  endTurn();
  return messages;
};

/** Most chat templates know no developer: what it says is the system's word. */
const roles = { system: "system", developer: "system", user: "user" } as const;

const assistantMessage = ({
  content,
  calls,
}: {
  readonly content: unknown;
  readonly calls: readonly Call[];
}) => ({
  role: "assistant",
  content,
  ...(calls.length > 0 && {
    tool_calls: calls.map(({ callId, name, arguments: json }) => ({
      id: callId,
      type: "function",
      function: { name, arguments: json },
    })),
  }),
});

/** One text is written as such: not every chat template takes parts. */
const contentOf = (content: string | readonly InputPart[]): unknown => {
  if (typeof content === "string") return content;
  const [only] = content;
  return content.length === 1 && only?.kind === "text" ? only.text : content.map(chatPart);
};

const chatPart = (part: InputPart): JsonObject =>
  part.kind === "text"
    ? { type: "text", text: part.text }
    : {
        type: "image_url",
        image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) },
      };

const textOf = (content: string | readonly InputPart[]): string =>
  typeof content === "string"
    ? content
    : content.map((part) => (part.kind === "text" ? part.text : "")).join("");
