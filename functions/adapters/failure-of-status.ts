import { isJsonObject, parseJsonObject } from "../../core/json.ts";
import type { ModelFailure } from "../../core/inference/ports.ts";

/** Longer messages are not for people. */
const messageLengthMax = 500;

/**
 * What a model server's HTTP error means to the request. Its words reach the client only where the client is at fault and
 * the server speaks OpenAI's error shape; anything else may tell of its internals.
 */
export const failureOfStatus = (status: number, body: string): ModelFailure => {
  if (status === 429) return { reason: "overloaded" };
  if (status === 503) return { reason: "unavailable" };
  if (status === 408 || status === 504) return { reason: "timeout" };
  if (status !== 400 && status !== 413 && status !== 422) return { reason: "broken" };
  const error = parseJsonObject(body)?.["error"];
  if (!isJsonObject(error)) return { reason: "rejected" };
  return {
    reason: "rejected",
    ...pick("message", error["message"]),
    ...pick("param", error["param"]),
    ...pick("code", error["code"]),
  };
};

const pick = <Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } =>
  typeof value === "string" && value.length <= messageLengthMax
    ? ({ [name]: value } as Record<Name, string>)
    : {};
