/** A JSON object of unknown content, as a client or a model server sent it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** No answer of a model comes near it, and every stack can write what is nested so deep. */
const levelsMax = 512;

/** Reads a JSON object; `undefined` for other JSON, for what is nested too deep to be written again, and for text that is not JSON. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    // A level takes two characters: short texts, such as a stream's chunks, need no look.
    const isTooDeep = text.length > 2 * levelsMax && isNestedDeeperThan(value, levelsMax);
    return isJsonObject(value) && !isTooDeep ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Whether objects and arrays contain each other more than `levelsMax` deep. Writing such JSON could exhaust the stack. */
export const isNestedDeeperThan = (value: unknown, levelsMax: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levelsMax === 0 ||
    (Array.isArray(value) ? value : Object.values(value)).some((member: unknown) =>
      isNestedDeeperThan(member, levelsMax - 1),
    ));
