import { after } from "../../time.ts";
import { fetchImage } from "../remote-images/fetch-image.ts";
import { type RemoteImage, withImages } from "./chat-media.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { InferenceRequest } from "./inference-request.ts";

/** For all images of a request together. */
const fetchMsMax = 10_000;

/**
 * Fetches a request's images, and puts them in the places of their URLs; `task` then makes of it what it made of the request.
 * `paramOf`: the field at fault, as the client's API calls it.
 */
export const fetchingImages =
  (
    request: ChatRequest,
    task: (request: ChatRequest) => InferenceRequest,
    paramOf = ({ message, part }: RemoteImage): string =>
      `messages[${message}].content[${part}].image_url.url`,
  ): NonNullable<InferenceRequest["prepare"]> =>
  async ({ remoteImages, clock }, { deadline }) => {
    const soon = after(clock.now(), fetchMsMax);
    const images = await Promise.all(
      request.remoteImages.map(async (image) => ({
        ...image,
        fetched: await fetchImage(remoteImages, image.target, soon < deadline ? soon : deadline),
      })),
    );
    const found: (RemoteImage & { readonly dataUrl: string })[] = [];
    for (const { fetched, ...image } of images) {
      if (!fetched.ok)
        return {
          ok: false,
          refusal: {
            code: "image_unavailable",
            message: `An image ${fetched.problem}. Send it as a data URL.`,
            param: paramOf(image),
          },
        };
      found.push({ ...image, dataUrl: fetched.dataUrl });
    }
    return {
      ok: true,
      request: task({ ...request, remoteImages: [], fields: withImages(request.fields, found) }),
    };
  };
