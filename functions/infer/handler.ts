import { serveRequest } from "../../core/inference/serve-request.ts";
import { rateHeaders } from "../../core/admission/rate-headers.ts";
import { serveOnce } from "../../core/inference/serve-once.ts";
import { idempotencyClaims } from "../adapters/dynamodb/idempotency-claims.ts";
import { readIdempotency } from "./idempotency.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { callerOf } from "../http/caller.ts";
import { streaming } from "../http/pipeline.ts";
import { refused } from "../http/response.ts";
import { randomBytes, systemClock } from "../system.ts";
import { imageHosts, inferencePorts } from "./inference-ports.ts";
import { modelHeaders } from "./model-headers.ts";
import { readRequest } from "./read-request.ts";
import { renderAnswer, renderReplay } from "./render-answer.ts";

const client = dynamoDb();

const serve = serveOnce(
  {
    claims: idempotencyClaims(client, required(environment.accountsTable)),
    clock: systemClock,
    randomBytes,
  },
  serveRequest(inferencePorts(client)),
);

/** The inference routes: read, serve, render. One function for all of them: its leases serve every task. */
export const handler = streaming(async (event, scope) => {
  const caller = callerOf(event);
  if (!caller.ok) return refused(caller.refusal);
  scope.notes = { customer: caller.principal.customer, key: caller.principal.key };
  const read = await readRequest(event, imageHosts);
  if (!read.ok) return refused(read.refusal);
  const once = readIdempotency(event);
  if (!once.ok) return refused(once.refusal);
  const served = await serve(caller.principal, read.request, once.idempotency);
  if (served.kind === "replayed") return renderReplay(served.answer, scope);
  const response = renderAnswer(served, scope);
  return {
    ...response,
    headers: {
      ...response.headers,
      ...(served.admitted && modelHeaders(served.admitted.model, event.resource)),
      ...rateHeaders(served.standings),
    },
  };
});
