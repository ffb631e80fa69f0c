import { concatBytes, lastIndexOfBytes } from "./bytes.ts";

/** A field of a form: a text, or a file. Names and types are ours, or have been checked to need no escapes. */
export type FormField = { readonly name: string } & (
  | { readonly text: string }
  | { readonly fileName: string; readonly contentType: string; readonly content: Uint8Array }
);

const encoder = new TextEncoder();

/** A form as `multipart/form-data`. The same fields give the same bytes: the boundary is the first that no field contains. */
export const writeForm = (
  fields: readonly FormField[],
): { readonly contentType: string; readonly body: Uint8Array } => {
  const contents = fields.map((field) => ("text" in field ? encoder.encode(field.text) : field.content));
  let boundary = "farebox-0";
  for (let count = 1; contents.some((content) => contains(content, boundary)); count++)
    boundary = `farebox-${count}`;
  const parts = fields.flatMap((field, index) => [
    encoder.encode(`--${boundary}\r\n${headersOf(field)}\r\n\r\n`),
    contents[index] ?? new Uint8Array(),
    encoder.encode("\r\n"),
  ]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: concatBytes(...parts, encoder.encode(`--${boundary}--\r\n`)),
  };
};

const contains = (content: Uint8Array, boundary: string): boolean =>
  lastIndexOfBytes(content, encoder.encode(boundary)) >= 0;

const headersOf = (field: FormField): string =>
  "text" in field
    ? `Content-Disposition: form-data; name="${field.name}"`
    : `Content-Disposition: form-data; name="${field.name}"; filename="${field.fileName}"\r\nContent-Type: ${field.contentType}`;
