import { RawImage } from "@huggingface/transformers";
import sharp from "sharp";
import { invalidRequest, type Problem } from "../problem.ts";

/** A small file can claim a huge picture; this many pixels take about 50 MB. */
const pixelsMax = 4096 * 4096;

export type DecodedImage =
  | { readonly ok: true; readonly image: RawImage }
  | { readonly ok: false; readonly problem: Problem };

/** Decodes PNG or JPEG bytes, upright as a camera meant them, without transparency. Refuses broken and oversized pictures. */
export const decodeImage = async (bytes: Uint8Array): Promise<DecodedImage> => {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: pixelsMax, failOn: "error" })
      .autoOrient()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { ok: true, image: new RawImage(data, info.width, info.height, info.channels) };
  } catch {
    // sharp throws for whatever is wrong with the picture; its messages describe libvips, not what to do.
    const message = `The image could not be decoded, or has more than ${pixelsMax} pixels.`;
    return { ok: false, problem: invalidRequest("invalid_image", message, "image") };
  }
};
