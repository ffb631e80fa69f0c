/** Untyped JSON at the boundary: templates, manifests, AWS request bodies. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Parses a JSON object; `what` names the text in the error. */
export const parseObject = (text: string, what: string): JsonObject => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error(`${what} is not a JSON object`);
  return value;
};

/** Narrows to an object; `where` names the place in the error. */
export const objectAt = (value: unknown, where: string): JsonObject => {
  if (!isObject(value)) throw new Error(`${where}: expected an object, found ${JSON.stringify(value)}`);
  return value;
};

/** An absent list is an empty one, as CloudFormation has it. */
export const listAt = (value: unknown, where: string): readonly unknown[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${where}: expected a list, found ${JSON.stringify(value)}`);
  return value;
};

export const textAt = (value: unknown, where: string): string => {
  if (typeof value !== "string") throw new Error(`${where}: expected text, found ${JSON.stringify(value)}`);
  return value;
};

/** CloudFormation accepts numbers written as text. */
export const numberAt = (value: unknown, where: string): number => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number))
    throw new Error(`${where}: expected a number, found ${JSON.stringify(value)}`);
  return number;
};

/** JSON with sorted keys: equal values give equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  ) ?? "null";
