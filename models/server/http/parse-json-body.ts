import type { z } from "zod";
import { invalidRequest, type Problem } from "../problem.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

const utf8 = new TextDecoder("utf-8", { fatal: true });

const decode = (body: Uint8Array): Parsed<unknown> => {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return { ok: false, problem: invalidRequest("invalid_utf8", "The request body is not valid UTF-8.") };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // JSON.parse quotes the text in its message.
    return { ok: false, problem: invalidRequest("invalid_json", "The request body is not valid JSON.") };
  }
};

/** `["messages", 0, "content"]` as OpenAI writes it: `messages[0].content`. */
const pathOf = (keys: readonly PropertyKey[]): string | null =>
  keys.length === 0
    ? null
    : keys
        .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
        .join("")
        .replace(/^\./, "");

/** Parses a body by its schema; names the first field at fault. Unknown fields are none of this server's business. */
export const parseJsonBody = <Schema extends z.ZodType>(
  body: Uint8Array,
  schema: Schema,
): Parsed<z.output<Schema>> => {
  const decoded = decode(body);
  if (!decoded.ok) return decoded;
  const result = schema.safeParse(decoded.value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  const param = pathOf(issue?.path ?? []);
  const code = issue?.code === "invalid_type" ? "invalid_type" : "invalid_value";
  const message = `${param ?? "The request body"}: ${issue?.message ?? "invalid"}`;
  return { ok: false, problem: invalidRequest(code, message, param) };
};
