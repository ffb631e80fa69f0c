import { type JsonObject, isJsonObject, isNestedDeeperThan } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { readBodyBytes } from "./body-bytes.ts";
import { type HttpEvent, headerOf } from "./event.ts";

export type JsonBody =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads a request's JSON object strictly: content type, size, UTF-8 and syntax and nesting each have an answer of their own. */
export const readJsonBody = (event: HttpEvent): JsonBody => {
  const contentType = headerOf(event, "content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType.trim()))
    return refuse(unsupportedMediaType(contentType));
  const body = readBodyBytes(event);
  if (!body.ok) return body;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body.bytes));
    if (!isJsonObject(value)) return refuse(notAnObject);
    return isNestedDeeperThan(value, nestingLevelsMax) ? refuse(tooDeep) : { ok: true, value };
  } catch (error) {
    // TextDecoder throws a TypeError, JSON.parse a SyntaxError. Their messages may quote the body: they go nowhere.
    return refuse(error instanceof TypeError ? invalidUtf8 : invalidJson);
  }
};

/** No tool's schema comes near it; the flow writes what it has read, and deep JSON cannot be written. */
const nestingLevelsMax = 64;

const refuse = (refusal: Refusal): JsonBody => ({ ok: false, refusal });

const unsupportedMediaType = (contentType: string): Refusal => ({
  code: "unsupported_media_type",
  message: `The request body must be sent as \`content-type: application/json\`${contentType ? ", not as another type" : ""}. Set that header.`,
});

const invalidUtf8: Refusal = {
  code: "invalid_json",
  message: "The request body is not valid UTF-8. Send JSON in that encoding.",
};

const invalidJson: Refusal = {
  code: "invalid_json",
  message:
    "The request body is not valid JSON. Check its quotes, commas and brackets, and that it is sent whole.",
};

const tooDeep: Refusal = {
  code: "invalid_json",
  message: `The request body nests objects and arrays more than ${nestingLevelsMax} deep. Send a flatter one.`,
};

const notAnObject: Refusal = {
  code: "invalid_json",
  message: 'The request body must be a JSON object, as in `{"model": …}`.',
};
