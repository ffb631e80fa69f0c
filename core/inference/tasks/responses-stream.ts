import type { Admitted } from "../../admission/admit.ts";
import { type JsonObject, isJsonObject, parseJsonObject } from "../../json.ts";
import { dataOf } from "../chunk-usage.ts";
import { readReasoningCount } from "../model-usage.ts";
import type { StreamRendering } from "../stream-rendering.ts";
import { endOf, endedResponse, responseObject, responseUsage } from "./response-object.ts";
import { type OutputEvent, ResponseOutput } from "./response-output.ts";
import type { ResponsesRequest } from "./responses-request.ts";

const encoder = new TextEncoder();

/** The events of a response, made of a chat model's chunks and numbered from 0. */
export const responsesStream = ({ echo }: ResponsesRequest, admitted: Admitted): StreamRendering => {
  const response = responseObject(admitted, echo);
  const output = new ResponseOutput(admitted);
  let sequence = 0;
  let finishReason: unknown;
  let reasoningTokens = 0;

  const write = (type: string, members: string): string => {
    const number = sequence;
    sequence += 1;
    return `event: ${type}\ndata: {"type":${JSON.stringify(type)},"sequence_number":${number},${members}}\n\n`;
  };
  const tell = ({ type, ...fields }: OutputEvent): string => write(type, JSON.stringify(fields).slice(1, -1));
  const withResponse = (type: string, json: string): string => write(type, `"response":${json}`);

  const read = (event: Uint8Array): readonly OutputEvent[] => {
    const choices = parseJsonObject(dataOf(event))?.["choices"];
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (!isJsonObject(choice)) return [];
    finishReason = choice["finish_reason"] ?? finishReason;
    return isJsonObject(choice["delta"]) ? output.add(choice["delta"]) : [];
  };

  return {
    open: () =>
      encoder.encode(
        ["response.created", "response.in_progress"]
          .map((type) => withResponse(type, JSON.stringify(response)))
          .join(""),
      ),
    show(seen) {
      if (seen.kind !== "content" && seen.kind !== "usage") return undefined;
      if (seen.kind === "usage") reasoningTokens = readReasoningCount(seen.chunk.usage);
      const events = read(seen.event);
      return events.length === 0 ? undefined : encoder.encode(events.map(tell).join(""));
    },
    complete({ quantities, source, cost }) {
      const end = endOf(finishReason);
      const closed = output.end(end).map(tell).join("");
      const usage = responseUsage(quantities, cost, {
        reasoningTokens,
        isEstimated: source === "estimated",
      });
      const json = endedResponse(response, output.items(end), end, usage);
      return encoder.encode(closed + withResponse(`response.${end.status}`, json));
    },
    // The first says how far it came; official clients throw only on the second.
    fail({ code, message, param = null }) {
      const failed: JsonObject = {
        ...response,
        status: "failed",
        error: { code: "server_error", message },
        output: output.items({ status: "incomplete", reason: "max_output_tokens" }),
      };
      return encoder.encode(
        withResponse("response.failed", JSON.stringify(failed)) +
          tell({ type: "error", code, message, param }),
      );
    },
  };
};
