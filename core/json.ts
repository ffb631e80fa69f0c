/** A JSON object of unknown content, as a client or a model server sent it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a JSON object; `undefined` for other JSON and for text that is not JSON. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Whether objects and arrays contain each other more than `levelsMax` deep. Writing such JSON could exhaust the stack. */
export const isNestedDeeperThan = (value: unknown, levelsMax: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levelsMax === 0 || Object.values(value).some((member) => isNestedDeeperThan(member, levelsMax - 1)));
