import { type JsonObject, isJsonObject } from "../../json.ts";
import type { VectorEncoding } from "./embeddings-request.ts";

/** An item of an embeddings answer, as the model sent it. */
export type Vector = { readonly item: JsonObject; readonly embedding: readonly number[] | string };

/**
 * The items of an embeddings answer; `undefined` unless there are `count` of them, each with numbers or, where it was asked for,
 * base64.
 */
export const readVectors = (
  data: unknown,
  count: number,
  asked: VectorEncoding,
): readonly Vector[] | undefined => {
  if (!Array.isArray(data) || data.length !== count) return undefined;
  const vectors = data.map((item: unknown) => readVector(item, asked));
  return vectors.every((vector) => vector !== undefined) ? vectors : undefined;
};

const readVector = (item: unknown, asked: VectorEncoding): Vector | undefined => {
  if (!isJsonObject(item)) return undefined;
  const { embedding } = item as { readonly embedding?: unknown } & JsonObject;
  if (isVector(embedding)) return { item, embedding };
  return asked === "base64" && typeof embedding === "string" ? { item, embedding } : undefined;
};

const isVector = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((member) => typeof member === "number");

/** How many numbers a vector has. */
export const dimensionsOf = ({ embedding }: Vector): number =>
  typeof embedding === "string"
    ? (embedding.replace(/=+$/, "").length * bitsPerCharacter) >> 5
    : embedding.length;

/** The item as the client asked for it, whether or not the model knows how to encode. */
export const showVector = ({ item, embedding }: Vector, asked: VectorEncoding): JsonObject =>
  asked === "base64" && typeof embedding !== "string"
    ? { ...item, embedding: encodeVector(embedding) }
    : item;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const bitsPerCharacter = 6;

/** The base64 of a vector's little-endian 32-bit floats. */
const encodeVector = (vector: readonly number[]): string => {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true));
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    for (const shift of [18, 12, 6, 0]) text += alphabet.charAt((bits >> shift) & 63);
  }
  // Bytes that were not there were written as zeros: their characters give way to padding.
  const missing = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missing) + "=".repeat(missing);
};
