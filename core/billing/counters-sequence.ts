import type { Brand } from "../brand.ts";

/**
 * A stream record's place in its shard: 40 digits, padded with zeros, so that texts compare as the numbers do.
 * A number of that size does not fit DynamoDB's 38 digits.
 */
export type SequenceNumber = Brand<string, "SequenceNumber">;

const digits = 40;

/** Reads a sequence number as a stream writes it; `undefined` for anything but up to 40 digits. */
export const parseSequenceNumber = (text: string): SequenceNumber | undefined =>
  /^\d{1,40}$/.test(text) ? (text.padStart(digits, "0") as SequenceNumber) : undefined;

/** A record of one shard of the usage stream. `sequence` only grows along a shard. */
export type StreamedEvent<Content> = { readonly sequence: SequenceNumber } & Content;
