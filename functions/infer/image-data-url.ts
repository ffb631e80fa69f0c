/** An image's bytes as a data URL. Other URLs are not fetched: what they lead to may be anywhere, and change. */
export const imageDataUrl = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Images in base64 are told by how they begin: PNG, JPEG, GIF, WebP (after the length of its RIFF). */
const beginnings: readonly (readonly [type: string, beginning: RegExp])[] = [
  ["image/png", /^iVBORw0KGg/],
  ["image/jpeg", /^\/9j\//],
  ["image/gif", /^R0lGOD/],
  ["image/webp", /^UklGR.{7}RUJQ/],
];

/** The data URL of an image that was sent as one, or in base64 alone; `undefined` for what is neither. */
export const toImageDataUrl = (text: string): string | undefined => {
  if (imageDataUrl.test(text)) return text;
  const type = beginnings.find(([, beginning]) => beginning.test(text))?.[0];
  const url = `data:${type};base64,${text}`;
  return type !== undefined && imageDataUrl.test(url) ? url : undefined;
};
