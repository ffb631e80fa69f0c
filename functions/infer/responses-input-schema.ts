import * as z from "zod";
import type { InputItem, InputPart } from "../../core/inference/tasks/responses-request.ts";
import { isJsonObject } from "../../core/json.ts";
import { byType } from "./by-type.ts";

const textPart = z
  .looseObject({ text: z.string() })
  .transform(({ text }): InputPart => ({ kind: "text", text }));

const parts = {
  input_text: textPart,
  output_text: textPart,
  refusal: z
    .looseObject({ refusal: z.string() })
    .transform(({ refusal }): InputPart => ({ kind: "text", text: refusal })),
  input_image: z
    .looseObject({
      image_url: z.string("expected a data URL: images are not read by a file's id"),
      detail: z.string().nullish(),
    })
    .transform(({ image_url: url, detail }): InputPart => ({
      kind: "image",
      url,
      ...(typeof detail === "string" && { detail }),
    })),
};

/** A text stands for one part of it. */
const contentOf = (part: z.ZodType<InputPart>) =>
  z.preprocess(
    (content) => (typeof content === "string" ? [{ type: "input_text", text: content }] : content),
    z.array(part, "expected a text or a list of parts"),
  );

const anyPart = byType(parts, "expected input_text, input_image, output_text or refusal");
const writtenPart = byType(
  { input_text: textPart, output_text: textPart, refusal: parts.refusal },
  "expected a text: input_text, output_text or refusal",
);

const heard = z.looseObject({ role: z.enum(["user"]), content: contentOf(anyPart) });
const written = z.looseObject({
  role: z.enum(["system", "developer", "assistant"], "expected user, assistant, system or developer"),
  content: contentOf(writtenPart),
});

const message = z
  .unknown()
  .transform((value, context) => {
    const schema = isJsonObject(value) && value["role"] === "user" ? heard : written;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues)
      context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  })
  .transform(({ role, content }): InputItem => ({ kind: "message", role, content }));

const items = {
  message,
  function_call: z
    .looseObject({ call_id: z.string().min(1), name: z.string().min(1), arguments: z.string() })
    .transform((item): InputItem => ({
      kind: "function_call",
      callId: item.call_id,
      name: item.name,
      arguments: item.arguments,
    })),
  function_call_output: z
    .looseObject({ call_id: z.string().min(1), output: contentOf(writtenPart) })
    .transform((item): InputItem => ({
      kind: "function_call_output",
      callId: item.call_id,
      output: item.output.map((part) => (part.kind === "text" ? part.text : "")).join(""),
    })),
  // What a model thought is not for the next one to read; clients send it back with everything else.
  reasoning: z.looseObject({}).transform((): undefined => undefined),
} satisfies Record<string, z.ZodType<InputItem | undefined>>;

const item = z.preprocess(
  // A message need not say that it is one.
  (value) => (isJsonObject(value) && value["type"] === undefined ? { ...value, type: "message" } : value),
  byType<InputItem | undefined>(
    items,
    "expected message, function_call, function_call_output or reasoning; nothing is stored here that an item could refer to, and tools of OpenAI's own do not run here",
  ),
);

/** The `input` of a response: a text, or what was said so far. */
export const responsesInput = z
  .preprocess(
    (input) => (typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input),
    z.array(item, "expected a text or a list of items").min(1, "expected something to answer"),
  )
  .transform((all) => all.filter((one) => one !== undefined))
  .refine((all) => all.length > 0, "expected something besides reasoning");
