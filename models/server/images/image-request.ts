import { z } from "zod";
import type { ImageJob } from "../engine/protocol.ts";
import { mediaType } from "../http/media-type.ts";
import { parseJsonBody, type Parsed } from "../http/parse-json-body.ts";
import { invalidRequest } from "../problem.ts";

const predictionsDefault = 5;

const schema = z.object({
  image: z.string(),
  top_k: z.int().min(1).max(1000).nullish(),
});

const dataUrl = /^data:image\/(?:png|jpeg);base64,(?<base64>[A-Za-z0-9+/]+={0,2})$/;

const signatures = [
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), // PNG
  Buffer.from([0xff, 0xd8, 0xff]), // JPEG
];

/** By content, not by header: the decoder reads more formats than we want to be attacked through. */
const accept = (image: Buffer, predictionsMax: number): Parsed<ImageJob> =>
  signatures.some((signature) => image.subarray(0, signature.length).equals(signature))
    ? { ok: true, value: { image, predictionsMax } }
    : { ok: false, problem: invalidRequest("invalid_image", "The image is neither PNG nor JPEG.", "image") };

/** Parses PNG or JPEG bytes, or JSON with a data URL in `image` and optionally `top_k`. URLs are not fetched. */
export const parseImageRequest = (body: Buffer, contentType: string | undefined): Parsed<ImageJob> => {
  if (mediaType(contentType).startsWith("image/")) return accept(body, predictionsDefault);
  const parsed = parseJsonBody(body, schema);
  if (!parsed.ok) return parsed;
  const base64 = dataUrl.exec(parsed.value.image)?.groups?.["base64"];
  if (base64 === undefined) {
    const message = "image: Expected a data URL: data:image/png;base64,… or data:image/jpeg;base64,…";
    return { ok: false, problem: invalidRequest("invalid_value", message, "image") };
  }
  return accept(Buffer.from(base64, "base64"), parsed.value.top_k ?? predictionsDefault);
};
