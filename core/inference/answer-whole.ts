import type { Admitted } from "../admission/admit.ts";
import type { Quantities } from "../billing/quantities.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../json.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { Ending } from "./ending.ts";
import { meter } from "./meter.ts";
import { estimateTokens, readUsage } from "./model-usage.ts";
import type { InferencePorts } from "./ports.ts";
import { estimatedUsage, usageWithCost, withUsage } from "./priced-usage.ts";

/**
 * Meters a whole answer and returns it with its cost; `undefined` if the model's bytes are no JSON object with
 * choices, so that there is nothing to deliver. The usage event is durable before the answer is returned.
 */
export const answerWhole = async (
  ports: InferencePorts,
  admitted: Admitted,
  request: ChatRequest,
  bytes: Uint8Array,
): Promise<string | undefined> => {
  const answer: ({ readonly usage?: unknown } & JsonObject) | undefined = parseJsonObject(
    new TextDecoder().decode(bytes),
  );
  if (!answer || !Array.isArray(answer["choices"])) return undefined;
  const { usage } = answer;
  const reported = readUsage(usage);
  const ending: Ending = {
    outcome: "completed",
    quantities: reported ?? estimate(request, answer["choices"]),
    source: reported ? "reported" : "estimated",
    streamed: false,
    firstByteAt: ports.clock.now(),
  };
  const { cost } = await meter(ports, admitted, ending);
  const shown = reported && isJsonObject(usage) ? usage : estimatedUsage(ending.quantities);
  return withUsage(answer, usageWithCost(shown, cost));
};

const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value ?? "")).length;

const estimate = (request: ChatRequest, choices: unknown): Quantities => ({
  inputTokens: estimateTokens(jsonBytes(request.fields["messages"])),
  outputTokens: estimateTokens(jsonBytes(choices)),
  requests: 1,
});
