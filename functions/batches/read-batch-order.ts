import { batchEndpoints, completionWindow } from "../../core/batches/batch.ts";
import type { BatchOrder } from "../../core/batches/create-batch.ts";
import { parseFileId } from "../../core/identifiers.ts";
import { type JsonObject, isJsonObject } from "../../core/json.ts";
import type { Refusal } from "../../core/inference/refusal.ts";

export type BatchOrderReading =
  | { readonly ok: true; readonly order: BatchOrder }
  | { readonly ok: false; readonly refusal: Refusal };

/** OpenAI's limits. */
const metadataMax = { entries: 16, keyCharacters: 64, valueCharacters: 512 };

/** Reads `{ input_file_id, endpoint, completion_window, metadata }`. */
export const readBatchOrder = (body: JsonObject): BatchOrderReading => {
  const {
    input_file_id: inputText,
    endpoint: endpointText,
    completion_window: window,
    metadata: metadataValue,
    ...others
  } = body;
  if (Object.keys(others).length > 0)
    return refuse(
      undefined,
      "There is a field that this route does not have. It has `input_file_id`, `endpoint`, `completion_window` and `metadata`.",
    );
  const input = typeof inputText === "string" ? parseFileId(inputText) : undefined;
  if (!input)
    return refuse("input_file_id", "`input_file_id` must be the id of a file with the purpose `batch`.");
  const endpoint = batchEndpoints.find((known) => known === endpointText);
  if (!endpoint) return refuse("endpoint", `\`endpoint\` must be ${batchEndpoints.join(" or ")}.`);
  if (window !== completionWindow)
    return refuse("completion_window", `\`completion_window\` must be \`${completionWindow}\`.`);
  const metadata = readMetadata(metadataValue ?? {});
  if (!metadata)
    return refuse(
      "metadata",
      `\`metadata\` has at most ${metadataMax.entries} texts of ${metadataMax.valueCharacters} characters, under names of ${metadataMax.keyCharacters}.`,
    );
  return { ok: true, order: { input, endpoint, metadata } };
};

const readMetadata = (value: unknown): Readonly<Record<string, string>> | undefined => {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > metadataMax.entries) return undefined;
  const read: Record<string, string> = {};
  for (const [key, text] of entries) {
    if (typeof text !== "string" || text.length > metadataMax.valueCharacters) return undefined;
    if (key === "" || key === "__proto__" || key.length > metadataMax.keyCharacters) return undefined;
    read[key] = text;
  }
  return read;
};

const refuse = (param: string | undefined, message: string): BatchOrderReading => ({
  ok: false,
  refusal: { code: "invalid_request", message, ...(param !== undefined && { param }) },
});
