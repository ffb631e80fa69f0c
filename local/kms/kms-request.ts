import { z } from "zod";
import { AwsError, type AwsCall } from "../aws-service.ts";

/** The operation of an AWS JSON 1.1 call: `X-Amz-Target: TrentService.Decrypt`. */
export function operationNameOf(call: AwsCall): string {
  const target = call.request.headers["x-amz-target"];
  const name = typeof target === "string" ? target.split(".").at(-1) : undefined;
  if (name === undefined) throw new AwsError("UnknownOperationException", "The request names no operation.");
  return name;
}

/** Reads the body by a schema; throws `ValidationException`, also for members that are not modelled here. */
export function parseRequest<Schema extends z.ZodType>(call: AwsCall, schema: Schema): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(call.body.toString("utf8"));
  } catch (error) {
    throw new AwsError("SerializationException", `The body is not JSON: ${String(error)}`);
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new AwsError("ValidationException", z.prettifyError(parsed.error));
  return parsed.data;
}

export const keyId = z.string().min(1).max(2048);

/** A blob, in base64 on the wire. */
export const blob = (bytesMax: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, "base64"))
    .refine((bytes) => bytes.length > 0 && bytes.length <= bytesMax, {
      error: `Member must have length between 1 and ${bytesMax}`,
    });

export const encryptionContext = z.record(z.string(), z.string()).default({});
