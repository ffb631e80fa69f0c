import type { EpochMs } from "../../time.ts";
import { type ImageTarget, redirectTarget } from "./image-url.ts";
import type { RemoteImages } from "./ports.ts";
import { isPublicAddress } from "./public-address.ts";

export type FetchedImage =
  | { readonly ok: true; readonly dataUrl: string }
  /** `problem` continues "The image". */
  | { readonly ok: false; readonly problem: string };

const redirectsMax = 3;
export const imageBytesMax = 4 * 1024 * 1024;

/**
 * Fetches an image from a host that is allowed, and from no other. A name is resolved once and the very address that was checked
 * is asked, so that a name which changes its mind leads nowhere else; a host with any address that is not public is not asked at
 * all. Every redirect is a new start under the same rules.
 */
export const fetchImage = async (
  images: RemoteImages,
  first: ImageTarget,
  deadline: EpochMs,
): Promise<FetchedImage> => {
  let target = first;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    if (!images.allowedHosts.includes(target.host))
      return fail("is redirected to a host that is not allowed");
    const addresses = await images.resolve(target.host, deadline);
    const [address] = addresses;
    if (address === undefined || !addresses.every(isPublicAddress)) return fail(unreachable);
    const reply = await images.get(address, target, { bytesMax: imageBytesMax, deadline });
    switch (reply.kind) {
      case "found":
        return read(reply.contentType, reply.base64);
      case "too_large":
        return fail(`is larger than ${imageBytesMax / 1024 / 1024} MB`);
      case "failed":
        return fail(unreachable);
      case "redirect": {
        const next = redirectTarget(target, reply.location);
        if (!next) return fail("is redirected to a URL that is not followed");
        target = next;
      }
    }
  }
  return fail("is redirected too often");
};

const unreachable = "could not be fetched from its host";

const fail = (problem: string): FetchedImage => ({ ok: false, problem });

/** SVG is a document, which may ask for more. */
const imageType = /^image\/(?!svg)[a-z0-9.+-]{1,50}$/;

const read = (contentType: string, base64: string): FetchedImage => {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return imageType.test(type) && base64 !== ""
    ? { ok: true, dataUrl: `data:${type};base64,${base64}` }
    : fail("is no picture: its host calls it something else");
};
