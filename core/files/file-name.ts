import type { Brand } from "../brand.ts";

/** What a customer calls a file: a plain name, which says nothing about where anything is stored. */
export type FileName = Brand<string, "FileName">;

const charactersMax = 255;

/** Control characters, line ends, halves of characters, and marks that make text read in another direction. */
const unreadable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** Refuses paths, and what cannot be shown as it is. */
export const parseFileName = (text: string): FileName | undefined => {
  const isPath = /[/\\]/.test(text) || text === "." || text === "..";
  const isNamed = text.trim() !== "" && text.length <= charactersMax;
  return isNamed && !isPath && !unreadable.test(text) ? (text as FileName) : undefined;
};
