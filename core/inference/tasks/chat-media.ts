import { type JsonObject, isJsonObject } from "../../json.ts";
import { type ImageTarget, parseImageUrl } from "../remote-images/image-url.ts";

/** An image that is to be fetched, and where in the messages it stands. */
export type RemoteImage = {
  readonly message: number;
  readonly part: number;
  readonly target: ImageTarget;
};

export type ChatMedia =
  | { readonly ok: true; readonly remote: readonly RemoteImage[] }
  | { readonly ok: false; readonly param: string; readonly message: string };

const remoteImagesMax = 4;
const dataUrl = /^data:image\/(?!svg)[a-z0-9.+-]{1,50};base64,[a-z0-9+/]+={0,2}$/i;
/** Of any scheme, also the way that browsers forgive; a model server would fetch it from inside. */
const anyUrl = /^[\s\0-\x20]*(?:[a-z][a-z0-9+.-]*[\s\0-\x20]*:|[/\\]{2})/i;

/**
 * Looks through the content of messages for what a model server would fetch by itself, from inside its network. Images are data
 * URLs, or at hosts that are allowed: these are fetched here. No other part may have a URL in it.
 */
export const mediaIn = (messages: unknown, allowedHosts: readonly string[]): ChatMedia => {
  const remote: RemoteImage[] = [];
  for (const [message, said] of asList(messages).entries()) {
    const content = isJsonObject(said) ? said["content"] : undefined;
    for (const [part, value] of asList(content).entries()) {
      if (!isJsonObject(value)) continue;
      const param = `messages[${message}].content[${part}]`;
      const { image_url: image, ...rest } = value as { readonly image_url?: unknown } & JsonObject;
      const { text: _, ...others } = rest as { readonly text?: unknown } & JsonObject;
      if (hasUrl(rest["type"] === "text" ? others : rest)) return { ok: false, param, message: noUrls };
      if (image === undefined && rest["type"] !== "image_url") continue;
      const url = isJsonObject(image) ? image["url"] : undefined;
      if (typeof url !== "string") return { ok: false, param: `${param}.image_url`, message: expected };
      if (dataUrl.test(url)) continue;
      const target = /^\s*data:/i.test(url) ? undefined : parseImageUrl(url);
      if (!target || !allowedHosts.includes(target.host))
        return { ok: false, param: `${param}.image_url.url`, message: target ? notAllowed : expected };
      if (remote.length === remoteImagesMax) return { ok: false, param, message: tooMany };
      remote.push({ message, part, target });
    }
  }
  return { ok: true, remote };
};

/** The same fields with images in the place of where they were. */
export const withImages = (
  fields: JsonObject,
  images: readonly (RemoteImage & { readonly dataUrl: string })[],
): JsonObject => ({
  ...fields,
  messages: asList(fields["messages"]).map((said, message) =>
    isJsonObject(said) && images.some((image) => image.message === message)
      ? {
          ...said,
          content: asList(said["content"]).map((value, part) => {
            const image = images.find((one) => one.message === message && one.part === part);
            return image && isJsonObject(value)
              ? { ...value, image_url: { ...asObject(value["image_url"]), url: image.dataUrl } }
              : value;
          }),
        }
      : said,
  ),
});

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

const hasUrl = (value: unknown): boolean =>
  typeof value === "string"
    ? anyUrl.test(value) && !/^data:/i.test(value)
    : typeof value === "object" && value !== null && Object.values(value).some(hasUrl);

const expected =
  'An image is sent as a data URL: {"url": "data:image/png;base64,…"}, of any image type but SVG.';
const notAllowed =
  "Images are not fetched from that host. Send the image as a data URL, or ask your platform team to add the host to `imageHosts`.";
const noUrls = "Only images may be given by URL. Send the content itself.";
const tooMany = `At most ${remoteImagesMax} images of a request are fetched. Send the others as data URLs.`;
