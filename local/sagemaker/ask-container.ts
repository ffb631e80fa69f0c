import { request, type IncomingMessage } from "node:http";
import type { ReadyContainer } from "./supervised-container.ts";

/** Sends an invocation to a container; resolves with the answer's head, its body still to be read. */
export function askContainer(
  container: ReadyContainer,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(`${container.url}/invocations`, {
      method: "POST",
      agent: container.agent,
      signal,
      headers: { ...headers, "content-length": body.length },
    });
    asked.once("response", resolve);
    asked.once("error", reject);
    asked.end(body);
  });
}
