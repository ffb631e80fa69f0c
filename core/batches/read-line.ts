import { type JsonObject, isJsonObject, isNestedDeeperThan, parseJsonObject } from "../json.ts";
import { type BatchEndpoint, batchEndpoints } from "./batch.ts";
import type { InputFault } from "./input-fault.ts";

/** A line of a batch's input: a request, and what its customer calls it. */
export type BatchLine = { readonly customId: string; readonly body: JsonObject };

export type LineReading =
  | { readonly ok: true; readonly line: BatchLine }
  | { readonly ok: false; readonly fault: InputFault };

const customIdCharactersMax = 512;

/** As for requests of their own: what is read is written again, and deep JSON cannot be. */
const nestingLevelsMax = 64;

/** Reads `{ custom_id, method, url, body }`. Whether the body is a request that its route takes is found out when it runs. */
export const readLine = (text: string, endpoint: BatchEndpoint): LineReading => {
  const line: LineFields | undefined = parseJsonObject(text);
  if (!line || isNestedDeeperThan(line, nestingLevelsMax + 1))
    return refuse("invalid_json_line", "The line is not a valid JSON object.");
  const { custom_id: customId, method, url, body } = line;
  if (typeof customId !== "string" || customId === "" || customId.length > customIdCharactersMax)
    return refuse(
      "missing_custom_id",
      `\`custom_id\` must be a text of 1 to ${customIdCharactersMax} characters.`,
      "custom_id",
    );
  if (method !== "POST") return refuse("invalid_method", "`method` must be `POST`.", "method");
  if (!batchEndpoints.some((known) => known === url))
    return refuse("invalid_url", `\`url\` must be ${endpoint}, as the batch's \`endpoint\`.`, "url");
  if (url !== endpoint)
    return refuse(
      "mismatched_url",
      `All lines have the batch's \`endpoint\` as \`url\`: ${endpoint}.`,
      "url",
    );
  if (!isJsonObject(body))
    return refuse("missing_body", "`body` must be the request, a JSON object.", "body");
  return { ok: true, line: { customId, body } };
};

type LineFields = JsonObject & {
  readonly custom_id?: unknown;
  readonly method?: unknown;
  readonly url?: unknown;
  readonly body?: unknown;
};

const refuse = (code: InputFault["code"], message: string, param?: string): LineReading => ({
  ok: false,
  fault: { code, message, ...(param !== undefined && { param }) },
});
