import type * as z from "zod";

type JsonSchema = z.core.JSONSchema.JSONSchema;

const anything: JsonSchema = {};
/** A schema may also be `true`, which says nothing. */
const schemaIn = (schema: JsonSchema | boolean | readonly unknown[]): JsonSchema =>
  typeof schema === "object" && !Array.isArray(schema) ? (schema as JsonSchema) : anything;

/** A row per field of an object: its name, whether it must be there, what it holds, and what that means. */
export const fieldRows = (schema: JsonSchema): readonly (readonly string[])[] =>
  Object.entries(schema.properties ?? {}).map(([name, field]) => [
    `\`${name}\``,
    schema.required?.includes(name) ? "yes" : "",
    describeType(schemaIn(field)),
    schemaIn(field).description ?? "",
  ]);

/** What may be written, with its limits, in a few words. Null, where OpenAI takes it for "not set", goes without saying. */
export const describeType = (schema: JsonSchema): string => {
  const fallback = schema.default === undefined ? "" : `; default \`${JSON.stringify(schema.default)}\``;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return `${schema.enum.map((value) => `\`${String(value)}\``).join(", ")}${fallback}`;
  if (schema.anyOf) {
    const forms = schema.anyOf.map((form) => describeType(schemaIn(form))).filter((form) => form !== "null");
    return [...new Set(forms)].join(" or ");
  }
  const types = [schema.type ?? "anything"]
    .flat()
    .filter((type, _, all) => all.length === 1 || type !== "null");
  const type = schema.items ? `list of ${describeType(schemaIn(schema.items))}` : types.join(" or ");
  return `${type}${limitsOf(schema)}${fallback}`;
};

const limitsOf = (schema: JsonSchema): string => {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const least = [minimum, minLength, minItems].find(isLimit);
  const most = [maximum, maxLength, maxItems].find(isLimit);
  const unit = schema.type === "string" ? " characters" : schema.type === "array" ? " of them" : "";
  if (least === undefined && most === undefined) return "";
  const range = [
    least === undefined ? "" : `from ${least.toLocaleString("en")}`,
    most === undefined ? "" : `up to ${most.toLocaleString("en")}`,
  ];
  return ` (${range.filter(Boolean).join(" ")}${unit})`;
};

/** Every integer is safe, and that is no limit of a field's own. */
const isLimit = (limit: number | undefined): limit is number =>
  limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;
