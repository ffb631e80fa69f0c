import type { JsonObject } from "../../json.ts";
import type { TextInput } from "./text-input.ts";

/** An embeddings request whose known fields have been validated; unknown ones travel along untouched. */
export type EmbeddingsRequest = {
  readonly model: string;
  /** What gets a vector each, in order. */
  readonly inputs: readonly TextInput[];
  readonly encoding: VectorEncoding;
  /** How long the vectors are to be; absent: as long as the model makes them. */
  readonly dimensions?: number;
  /** The body as sent. */
  readonly fields: JsonObject;
};

/** JSON numbers, or the base64 of little-endian 32-bit floats. */
export type VectorEncoding = "float" | "base64";
