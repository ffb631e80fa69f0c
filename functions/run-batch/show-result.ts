import type { LeavingReason, LineKey, LineResult } from "../../core/batches/line-result.ts";
import { errorTable } from "../http/error-table.ts";
import { errorBody } from "../http/response.ts";

/**
 * A line of a result file, as OpenAI writes them. An answer's body is JSON already, with its cost in it: amounts of money do
 * not pass through a number.
 */
export const showResult = (line: LineKey, customId: string, result: LineResult): string => {
  const id = `batch_req_${line.batch.slice("batch_".length)}_${line.chunk}_${line.line}`;
  const head = `{"id":${JSON.stringify(id)},"custom_id":${JSON.stringify(customId)}`;
  switch (result.kind) {
    case "answered":
      return `${head},"response":${response(200, result.request, result.body)},"error":null}\n`;
    case "refused": {
      const { status } = errorTable[result.refusal.code];
      return `${head},"response":${response(status, result.request, errorBody(result.refusal))},"error":null}\n`;
    }
    case "left_out": {
      const error = { code: result.reason, message: messages[result.reason] };
      return `${head},"response":null,"error":${JSON.stringify(error)}}\n`;
    }
  }
};

/** A request that was not admitted has no id to be looked up by. */
const response = (status: number, request: string | undefined, body: string): string =>
  `{"status_code":${status},"request_id":${JSON.stringify(request ?? null)},"body":${body}}`;

const messages = {
  batch_cancelled: "The batch was cancelled before this line ran.",
  batch_expired: "The batch's time was up before this line ran.",
} as const satisfies Record<LeavingReason, string>;
