/**
 * Text as a font can show it. PDF's own fonts know Western European letters only: other accented letters lose their
 * accents, and what is left over becomes "?". JSON and CSV carry every name as it is.
 */
export const printableText = (text: string, characters: ReadonlySet<number>): string =>
  Array.from(text.normalize("NFC"), (character) => printable(character, characters)).join("");

const printable = (character: string, characters: ReadonlySet<number>): string => {
  if (isKnown(character, characters)) return character;
  const base = Array.from(character.normalize("NFKD"))
    .filter((part) => isKnown(part, characters))
    .join("");
  return base === "" ? "?" : base;
};

const isKnown = (character: string, characters: ReadonlySet<number>): boolean =>
  characters.has(character.codePointAt(0) ?? 0);
