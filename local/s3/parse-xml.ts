import { AwsError } from "../aws-service.ts";

/** An element of a request body; attributes and namespaces carry nothing that S3 reads. */
export type XmlElement = {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
};

type OpenElement = { readonly name: string; text: string; readonly children: XmlElement[] };

const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy;

/** Reads a small XML document into its root element; throws `MalformedXML`. Document types and CDATA are refused. */
export function parseXml(document: string): XmlElement {
  const root: OpenElement = { name: "", text: "", children: [] };
  const open: OpenElement[] = [root];
  let read = 0;
  for (const [whole, closing, name, empty, text] of document.matchAll(token)) {
    read += whole.length;
    const current = open.at(-1);
    if (current === undefined) throw malformed();
    if (text !== undefined) current.text += unescape(text);
    if (name === undefined) continue;
    if (closing === "/") {
      if (current.name !== name || open.length === 1) throw malformed();
      open.pop();
      continue;
    }
    const child: OpenElement = { name, text: "", children: [] };
    current.children.push(child);
    if (empty !== "/") open.push(child);
  }
  const [first, ...others] = root.children;
  if (read !== document.length || open.length !== 1 || first === undefined || others.length > 0)
    throw malformed();
  return first;
}

export const childrenOf = (parent: XmlElement, name: string): XmlElement[] =>
  parent.children.filter((child) => child.name === name);

export const textOf = (parent: XmlElement, name: string): string | undefined =>
  parent.children.find((child) => child.name === name)?.text;

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const unescape = (text: string): string =>
  text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      const character = entities[name ?? ""];
      if (character === undefined) throw malformed();
      return character;
    },
  );

const malformed = (): AwsError =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
