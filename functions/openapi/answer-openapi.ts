import { createHash } from "node:crypto";
import { type HttpEvent, headerOf } from "../http/event.ts";
import { type Response, jsonText } from "../http/response.ts";

/** Answers with a document, or, to who has it already, that it has not changed. */
export const answerOpenApi = (document: unknown) => {
  const text = JSON.stringify(document);
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 16)}"`;
  const headers = { etag, "cache-control": "public, max-age=300" };
  return (event: HttpEvent): Response => {
    // A proxy that compresses weakens the tag that it passes on.
    const sent = (headerOf(event, "if-none-match") ?? "").split(",");
    const known = new Set(sent.map((tag) => tag.trim().replace(/^W\//, "")));
    if (known.has(etag) || known.has("*")) return { statusCode: 304, headers, body: "" };
    const { headers: type, ...response } = jsonText(200, text);
    return { ...response, headers: { ...type, ...headers } };
  };
};
