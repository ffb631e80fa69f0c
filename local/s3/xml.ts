/** XML written by S3: an element of text, or of other elements. An undefined child is left out. */
export type XmlContent = string | number | boolean | readonly (string | undefined)[];

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

export const element = (name: string, content: XmlContent): string =>
  `<${name}>${typeof content === "object" ? content.join("") : escape(String(content))}</${name}>`;

/** An element that is left out when there is nothing to say. */
export const optionalElement = (name: string, content: string | undefined): string | undefined =>
  content === undefined ? undefined : element(name, content);

export const xmlDocument = (root: string, content: readonly (string | undefined)[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${content.join("")}</${root}>`;

const entities: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "\r": "&#13;",
};

const escape = (text: string): string =>
  text.replaceAll(/[<>&"\r]/g, (character) => entities[character] ?? "");
