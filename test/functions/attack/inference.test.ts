import type { Readable } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { UsageEvent } from "../../../core/billing/usage-event.ts";
import type { ModelServers } from "../../../core/inference/ports.ts";
import { parseJsonObject } from "../../../core/json.ts";
import { attackedTasks } from "../../support/attack/attacked-tasks.ts";
import { type Seen, harmIn } from "../../support/attack/harm.ts";
import {
  type HostileModel,
  hostileModel,
  hostileStream,
  wholeReply,
} from "../../support/attack/hostile-models.ts";
import {
  type HostileRequest,
  eventOf,
  hostileRequest,
  taskOf,
} from "../../support/attack/hostile-requests.ts";
import { gatewayOf } from "../../support/in-process-gateway.ts";
import { type ModelItem, memoryInference, scriptedStream } from "../../support/memory-inference.ts";
import { decode } from "../../support/sse.ts";

/** Whatever clients send and models answer: no failure of ours, nothing told, one event for what was admitted, no more than its hold. */

type Attack = {
  readonly request: HostileRequest;
  readonly model: HostileModel;
  readonly stream: readonly ModelItem[];
  /** The client hangs up after so many pieces. */
  readonly leavesAfter: number | null;
};

const serversFor = ({ request, model, stream }: Attack): ModelServers => ({
  async invoke(_endpoint, payload) {
    return wholeReply(model, taskOf(request).answer(parseJsonObject(decode(payload.body)) ?? {}));
  },
  async invokeStreaming() {
    const { failure } = model;
    return failure ? { ok: false, failure } : { ok: true, stream: scriptedStream(stream).stream };
  },
});

const readBody = async (body: string | Readable, leavesAfter: number | null): Promise<string> => {
  if (typeof body === "string") return body;
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    pieces.push(Buffer.from(piece));
    if (pieces.length === leavesAfter) break;
  }
  return Buffer.concat(pieces).toString();
};

type Outcome = {
  readonly seen: Seen;
  readonly events: readonly UsageEvent[];
  readonly calls: number;
  readonly isAdmitted: boolean;
};

const attack = async (sent: Attack): Promise<Outcome> => {
  let calls = 0;
  const servers = serversFor(sent);
  const { ports, events } = memoryInference({
    model: taskOf(sent.request).model,
    invoke: (...asked) => ((calls += 1), servers.invoke(...asked)),
    invokeStreaming: (...asked) => ((calls += 1), servers.invokeStreaming(...asked)),
  });
  const { statusCode, headers, body, requestId, atEnd } = await gatewayOf(ports)(eventOf(sent.request));
  const seen: Seen = { status: statusCode, headers, body: await readBody(body, sent.leavesAfter) };
  await atEnd();
  return { seen, events, calls, isAdmitted: requestId.startsWith("req_") };
};

const isCount = (quantity: number): boolean => Number.isSafeInteger(quantity) && quantity >= 0;

/** What is wrong with the money. */
const inexactIn = ({ events, calls, isAdmitted }: Outcome): string | undefined => {
  if (events.length !== (isAdmitted ? 1 : 0)) return `${events.length} events`;
  if (!isAdmitted && calls > 0) return "a model was asked for nothing";
  const [event] = events;
  if (!event) return undefined;
  if (event.cost < 0n || event.cost > event.hold) return `${event.cost} of ${event.hold}`;
  return Object.values(event.quantities).every(isCount) ? undefined : "quantities that are none";
};

/** A model that is well, and asked for a whole answer, leaves no room for a failure. */
const needlessFailure = ({ request, model }: Attack, { seen }: Outcome): string | undefined =>
  seen.status >= 500 && Object.keys(model).length === 0 && !(taskOf(request).streamed && request.streams)
    ? seen.body
    : undefined;

const attackOn = (resource: string): fc.Arbitrary<Attack> =>
  fc.record({
    request: hostileRequest(resource),
    model: hostileModel,
    stream: hostileStream,
    leavesAfter: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4 }),
  });

test.each(attackedTasks.map(({ resource }) => resource))("700 requests to %s", async (resource) => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(attackOn(resource), async (sent) => {
      const outcome = await attack(sent);
      const wrong = harmIn(outcome.seen) ?? inexactIn(outcome) ?? needlessFailure(sent, outcome);
      if (wrong !== undefined) throw new Error(wrong);
      answered += outcome.seen.status === 200 ? 1 : 0;
    }),
    { numRuns: 700 },
  );
  // The attacks get through to what they attack.
  expect(answered).toBeGreaterThan(60);
});
