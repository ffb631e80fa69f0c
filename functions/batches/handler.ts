import { callerOf } from "../http/caller.ts";
import { buffered } from "../http/pipeline.ts";
import { refused } from "../http/response.ts";
import { answerBatches } from "./answer-batches.ts";
import { batchPorts } from "./batch-ports.ts";

const answer = answerBatches(batchPorts());

/** `POST /v1/batches`, `GET /v1/batches`, `GET /v1/batches/{id}`, `POST /v1/batches/{id}/cancel`. */
export const handler = buffered(async (event, scope) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  scope.notes = { customer: caller.principal.customer, key: caller.principal.key };
  return answer(caller.principal, event);
});
