/** As OpenAI sends it: numbers, or the base64 of little-endian float32s, a third of the size. */
export const encodeVector = (
  vector: Float32Array,
  encoding: "float" | "base64",
): readonly number[] | string => {
  if (encoding === "float") return Array.from(vector);
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString("base64");
};
