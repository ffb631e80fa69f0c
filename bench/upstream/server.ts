// A process of its own: the model that every system under test calls. It speaks OpenAI's API and SageMaker's, with the
// same bytes and the same pauses.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { isJsonObject } from "../../core/json.ts";
import { readBody } from "../../local/read-body.ts";
import { listenOnAssignedPort } from "../processes/assigned-port.ts";
import { type Workload, workloads } from "../workload.ts";
import { framed, streamedCompletion, wholeCompletion } from "./completion.ts";

type Script = {
  readonly whole: Buffer;
  readonly events: readonly Buffer[];
  readonly frames: readonly Buffer[];
  readonly paceMs: number;
};

const scriptOf = (workload: Workload): Script => {
  const events = workload.stream ? streamedCompletion(workload, workload.stream.contentChunks) : [];
  return {
    whole: wholeCompletion(workload),
    events,
    frames: framed(events),
    paceMs: workload.stream?.paceMs ?? 0,
  };
};

const scripts = new Map(
  Object.values(workloads).map((workload: Workload) => [workload.model, scriptOf(workload)]),
);

/** Without a pace, so many events leave at once: a model on a fast GPU, not one large write. */
const eventsPerTurn = 10;

const sendPaced = async (
  response: ServerResponse,
  parts: readonly Buffer[],
  paceMs: number,
): Promise<void> => {
  const startedAt = performance.now();
  for (const [index, part] of parts.entries()) {
    // Against the start, not against the last part: a late timer does not slow the stream down.
    const dueMs = startedAt + Math.min(index, parts.length - 2) * paceMs - performance.now();
    if (dueMs > 0) await sleep(dueMs);
    response.write(part);
  }
};

const sendFast = async (response: ServerResponse, parts: readonly Buffer[]): Promise<void> => {
  for (let sent = 0; sent < parts.length; sent += eventsPerTurn) {
    for (const part of parts.slice(sent, sent + eventsPerTurn)) response.write(part);
    await nextTurn();
  }
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body: unknown = JSON.parse((await readBody(request)).toString());
  const script = isJsonObject(body) ? scripts.get(String(body["model"])) : undefined;
  if (!isJsonObject(body) || !script) {
    response.writeHead(404).end();
    return;
  }
  if (body["stream"] !== true) {
    response.writeHead(200, { "content-type": "application/json", "content-length": script.whole.length });
    response.end(script.whole);
    return;
  }
  const isSageMaker = request.url?.endsWith("/invocations-response-stream") ?? false;
  response.writeHead(200, {
    "content-type": isSageMaker ? "application/vnd.amazon.eventstream" : "text/event-stream",
    ...(isSageMaker && { "x-amzn-sagemaker-content-type": "text/event-stream" }),
  });
  const parts = isSageMaker ? script.frames : script.events;
  await (script.paceMs > 0 ? sendPaced(response, parts, script.paceMs) : sendFast(response, parts));
  response.end();
};

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.keepAliveTimeout = 60_000;
listenOnAssignedPort(server);
