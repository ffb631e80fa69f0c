/** What an invoice is served as, by the ending of its URL. */
export const invoiceFormats = ["json", "csv", "pdf"] as const;
export type InvoiceFormat = (typeof invoiceFormats)[number];

export const mediaTypes = {
  json: "application/json",
  csv: "text/csv",
  pdf: "application/pdf",
} as const satisfies Record<InvoiceFormat, string>;

/** `inv_….pdf` as its two halves; without an ending that is known, all of it is the id. */
export const splitEnding = (name: string): { readonly id: string; readonly ending?: InvoiceFormat } => {
  const ending = invoiceFormats.find((format) => name.endsWith(`.${format}`));
  return ending ? { id: name.slice(0, -`.${ending}`.length), ending } : { id: name };
};

/** The format that an Accept header likes best; JSON where it names none, or is not there. */
export const acceptedFormat = (accept = ""): InvoiceFormat => {
  const wanted = accept.split(",").map(readRange);
  const [best] = wanted
    .filter(({ quality }) => quality > 0)
    // A stable sort: of equals, the one that was named first.
    .toSorted((one, other) => other.quality - one.quality)
    .flatMap(({ range }) => formatIn(range) ?? []);
  return best ?? "json";
};

const readRange = (text: string): { readonly range: string; readonly quality: number } => {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { range, quality: quality === undefined ? 1 : Number(quality) };
};

const formatIn = (range: string): InvoiceFormat | undefined =>
  range === "*/*" ? "json" : invoiceFormats.find((format) => mediaTypes[format] === range);
