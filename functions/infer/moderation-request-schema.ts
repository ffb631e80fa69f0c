import * as z from "zod";
import type { Refusal } from "../../core/inference/refusal.ts";
import type { ModerationRequest } from "../../core/inference/tasks/moderation.ts";
import { type JsonObject, isJsonObject } from "../../core/json.ts";
import { describeIssue } from "../http/describe-issue.ts";
import { imageDataUrl } from "./image-data-url.ts";

/** Each is judged by itself: more would let one small request hold a model for long. */
const inputsMax = 128;

const part = z.discriminatedUnion(
  "type",
  [
    z.looseObject({ type: z.literal("text"), text: z.string().min(1) }),
    z.looseObject({
      type: z.literal("image_url"),
      image_url: z.looseObject({
        url: z
          .string()
          .regex(imageDataUrl, "expected a data URL of a PNG, JPEG, GIF or WebP: others are not fetched"),
      }),
    }),
  ],
  'expected "text" or "image_url"',
);

type Part = z.output<typeof part>;

const texts = z.array(z.string().min(1)).min(1).max(inputsMax);
const parts = z.array(part).min(1).max(inputsMax);

/** The form that a value is meant to have decides what is said of it. */
const formOf = (input: unknown): z.ZodType => {
  if (!Array.isArray(input)) return z.string("expected a text, or a list of texts or of parts").min(1);
  return isJsonObject(input[0]) ? parts : texts;
};

/** The fields of a moderation that Farebox knows; others pass through to the model. */
export const moderationRequestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  input: z.unknown().superRefine((input, context) => {
    const checked = formOf(input).safeParse(input);
    const issue = checked.error?.issues[0];
    if (issue) context.addIssue({ code: "custom", path: [...issue.path], message: issue.message });
  }),
});

/** Only of what the schema has accepted. */
const partsOf = (input: unknown): readonly Part[] => {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  return items.flatMap((item): readonly Part[] => {
    if (typeof item === "string") return [{ type: "text", text: item }];
    const parsed = part.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
};

export type ParsedModerationRequest =
  | { readonly ok: true; readonly request: ModerationRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Checks a moderation's body; the refusal names the first field at fault and what it must be. */
export const parseModerationRequest = (body: JsonObject): ParsedModerationRequest => {
  const result = moderationRequestSchema.safeParse(body);
  if (!result.success) return { ok: false, refusal: describeIssue(result.error, body) };
  const { model, input } = result.data;
  const given = partsOf(input);
  const texts = given.flatMap((item) => (item.type === "text" ? [item.text] : []));
  return { ok: true, request: { model, texts, images: given.length - texts.length, fields: body } };
};
