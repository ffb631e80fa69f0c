/** The rows of a table written as text: one row per line, cells apart by `|`. The first line names the columns. */
export const textTable = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split("|").map((cell) => cell.trim()));
