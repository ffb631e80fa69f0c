/** Breaks text into lines of at most `widthMax`, between words; a word that is longer by itself is cut. */
export const wrapText = (
  text: string,
  widthMax: number,
  widthOf: (text: string) => number,
): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= widthMax) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (widthOf(line) > widthMax) {
      const fitting = fittingLength(line, widthMax, widthOf);
      lines.push(line.slice(0, fitting));
      line = line.slice(fitting);
    }
  }
  return [...lines, line];
};

const fittingLength = (word: string, widthMax: number, widthOf: (text: string) => number): number => {
  let length = word.length;
  while (length > 1 && widthOf(word.slice(0, length)) > widthMax) length -= 1;
  return length;
};
