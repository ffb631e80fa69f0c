import { binaryMediaTypes } from "../contract.ts";

/** RFC 9110's media type with parameters; what is quoted in them is of no interest here. */
const syntax = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[ -!#-~]*"))*$/;
const lengthMax = 200;

/** Without its parameters, in lower case. */
const essenceOf = (mediaType: string): string => mediaType.split(";", 1)[0]?.trim().toLowerCase() ?? "";

const matches = (essence: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith("/*") ? essence.startsWith(pattern.slice(0, -1)) : essence === pattern,
  );

/** Whether bytes of this type arrive as they were sent. Forms do as well, but no model reads them. */
export const isPassedOn = (mediaType: string): boolean =>
  mediaType.length <= lengthMax &&
  syntax.test(mediaType) &&
  essenceOf(mediaType) !== "multipart/form-data" &&
  matches(essenceOf(mediaType), binaryMediaTypes);

/** What no browser runs, even one that sniffs: neither markup nor scripts, so no SVG. */
const inert = [
  "application/json",
  "application/octet-stream",
  "audio/*",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "text/csv",
  "text/plain",
  "video/*",
];

/** The type under which a model's answer is handed on: its own where that is harmless, else bytes of no type. */
export const harmless = (mediaType: string): string =>
  mediaType.length <= lengthMax && syntax.test(mediaType) && matches(essenceOf(mediaType), inert)
    ? mediaType
    : "application/octet-stream";
