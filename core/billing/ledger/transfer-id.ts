import { assert } from "../../assert.ts";
import type { Brand } from "../../brand.ts";
import type { EpochMs } from "../../time.ts";

/**
 * Says what a transfer is for, so that posting it twice is posting it once: `<cause>#<what>`, where `what` is a grant, an
 * invoice, or an hour and a cell. When it is posted is no part of it: a repetition comes later.
 */
export type TransferId = Brand<string, "TransferId">;

export const transferCauses = [
  "usage",
  "grant",
  "expiry",
  "invoice",
  "payment",
  "void",
  "credit-note",
] as const;

export type TransferCause = (typeof transferCauses)[number];

const pattern = new RegExp(`^(${transferCauses.join("|")})#[!-~]{1,200}$`);

/** `undefined` for any other text. */
export const parseTransferId = (text: string): TransferId | undefined =>
  pattern.test(text) ? (text as TransferId) : undefined;

/** `what` is one to 200 printable ASCII characters without spaces. */
export const transferId = (cause: TransferCause, what: string): TransferId => {
  const id = parseTransferId(`${cause}#${what}`);
  assert(id !== undefined, `"${what}" cannot be part of a transfer's id`);
  return id;
};

const instantDigits = 15;

/** The usage of one cell in one hour. Such ids sort by the hour. */
export const usageTransferId = (hour: EpochMs, cell: string): TransferId =>
  transferId("usage", `${hourDigits(hour)}#${cell}`);

/** What the ids of an hour's usage transfers start with, and those of no earlier hour. */
export const usagePrefix = (hour: EpochMs): string => `usage#${hourDigits(hour)}`;

const hourDigits = (hour: EpochMs): string => `${hour}`.padStart(instantDigits, "0");
