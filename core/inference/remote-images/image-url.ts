/** Where an image is, taken apart. Requests are made of these parts, and no second parser reads the URL in another way. */
export type ImageTarget = {
  readonly isSecure: boolean;
  /** A DNS name in lower case; never an address. */
  readonly host: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
};

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** The last label begins with a letter: what systems read as an IPv4 address, in whatever base, does not. */
const hostName = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`);

/** Whether a text is a DNS name of at least two labels, in lower case and without a final dot. */
export const isHostName = (text: string): boolean => hostName.test(text);

/** Without user and password, backslashes, blanks and anything that is not ASCII; what follows `#` is for browsers. */
const syntax = /^(https?):\/\/([a-z0-9.-]+)(?::(80|443))?([/?][!"$-[\]-~]*)?(?:#[!-~]*)?$/i;
const lengthMax = 2048;

/** Reads an absolute URL of the web, strictly; `undefined` for all others. */
export const parseImageUrl = (text: string): ImageTarget | undefined => {
  const match = text.length <= lengthMax ? syntax.exec(text) : null;
  if (!match) return undefined;
  const [, scheme = "", hostText = "", portText, pathText = ""] = match;
  const host = hostText.toLowerCase();
  const isSecure = scheme.toLowerCase() === "https";
  const port = portText === undefined ? (isSecure ? 443 : 80) : Number(portText);
  if (!isHostName(host)) return undefined;
  return { isSecure, host, port, path: pathText.startsWith("/") ? pathText : `/${pathText}` };
};

/** Where a redirect leads; `undefined` if that is no place to go, such as from https to http. */
export const redirectTarget = (from: ImageTarget, location: string): ImageTarget | undefined => {
  const scheme = from.isSecure ? "https" : "http";
  const origin = `${scheme}://${from.host}:${from.port}`;
  const absolute = location.startsWith("//")
    ? `${scheme}:${location}`
    : location.startsWith("/")
      ? origin + location
      : location;
  const target = parseImageUrl(absolute);
  return target && (target.isSecure || !from.isSecure) ? target : undefined;
};
