import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8")),
  (text) => Buffer.from(text, "utf8"),
);

/** An event that carries some of the model's bytes: SageMaker cuts them where it likes. */
export const payloadPart = (bytes: Uint8Array): Uint8Array =>
  frame(
    {
      ":message-type": "event",
      ":event-type": "PayloadPart",
      ":content-type": "application/octet-stream",
    },
    bytes,
  );

/** The event that ends a stream which broke; `StreamBroken` when the container failed. */
export const modelStreamError = (
  message: string,
  errorCode: "StreamBroken" | "ModelInvocationTimeExceeded",
): Uint8Array =>
  frame(
    {
      ":message-type": "exception",
      ":exception-type": "ModelStreamError",
      ":content-type": "application/json",
    },
    Buffer.from(JSON.stringify({ Message: message, ErrorCode: errorCode })),
  );

function frame(headers: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const typed = Object.entries(headers).map(
    ([name, value]) => [name, { type: "string" as const, value }] as const,
  );
  return codec.encode({ headers: Object.fromEntries(typed), body });
}
