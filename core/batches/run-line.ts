import { newUlid } from "../identifiers.ts";
import type { Refusal, RefusalCode } from "../inference/refusal.ts";
import { serveRequest } from "../inference/serve-request.ts";
import type { InferenceRequest } from "../inference/tasks/inference-request.ts";
import type { EpochMs } from "../time.ts";
import type { Batch } from "./batch.ts";
import { batchCatalogue } from "./batch-catalogue.ts";
import { type DecidedLine, decidingUsageEvents } from "./deciding-usage-events.ts";
import type { Decision, LineKey, LineResult } from "./line-result.ts";
import type { Permission } from "./permission.ts";
import type { RunPorts } from "./ports.ts";
import type { BatchLine } from "./read-line.ts";

/** What will be over in a while; all else is a line's result. */
const passing: ReadonlySet<RefusalCode> = new Set([
  "rate_limited",
  "in_flight_budget",
  "model_overloaded",
  "model_waking",
  "model_unavailable",
]);
/** A model that fails to answer may do better, or not: it is asked again, and then believed. */
const worthRepeating: RefusalCode = "model_error";

const attemptsMax = 3;
/** Doubles with every attempt. */
const pauseMs = 250;

/** Runs one line, as its batch may, and decides about it; `undefined`: not now, later. */
export const runLine =
  (ports: RunPorts) =>
  async (
    batch: Batch,
    key: LineKey,
    line: BatchLine,
    permission: Permission,
    beginUntil: EpochMs,
  ): Promise<DecidedLine | undefined> => {
    const show = (result: LineResult): string => ports.showResult(key, line.customId, result);
    const settle = (result: Exclude<LineResult, { readonly kind: "answered" }>) =>
      decideWithoutAnswer(ports, batch, key, result.kind, show(result));
    if (permission.kind === "leave_out") return settle({ kind: "left_out", reason: permission.reason });
    if (permission.kind === "refuse") return settle({ kind: "refused", refusal: permission.refusal });
    const read = await ports.readRequest(batch.endpoint, line.body);
    if (!read.ok) return settle({ kind: "refused", refusal: read.refusal });
    const unfit = unfitForBatches(read.request);
    if (unfit) return settle({ kind: "refused", refusal: unfit });

    for (let attempt = 1; ; attempt++) {
      const deciding = decidingUsageEvents(ports, batch, key, show);
      const served = await serveRequest({
        ...ports.inference,
        catalogue: batchCatalogue(ports.inference.catalogue),
        usageEvents: deciding.usageEvents,
        progress: { keep: (event) => ports.inference.progress.keep({ ...event, batch: batch.id }) },
      })(permission.caller, read.request);
      if (served.kind !== "refused") return deciding.decided();
      const { refusal, admitted } = served;
      const isPassing = passing.has(refusal.code);
      if (!isPassing && (attempt === attemptsMax || refusal.code !== worthRepeating))
        return settle({ kind: "refused", refusal, ...(admitted && { request: admitted.request }) });
      await ports.pause(pauseMs * 2 ** attempt);
      if (attempt === attemptsMax || ports.clock.now() >= beginUntil) return undefined;
    }
  };

/** As with answers: what is stored is decided upon afterwards. */
export const decideWithoutAnswer = async (
  { contents, decisions, clock, randomBytes }: RunPorts,
  batch: Batch,
  line: LineKey,
  kind: Exclude<Decision["kind"], "answered">,
  text: string,
): Promise<DecidedLine | undefined> => {
  const attempt = newUlid(clock.now(), randomBytes);
  await contents.writeResult(batch, attempt, text);
  const { decision } = await decisions.decide(line, { kind, attempt });
  return decision && { decision, ...(decision.attempt === attempt && { text }) };
};

const unfitForBatches = ({ answerStreaming }: InferenceRequest): Refusal | undefined =>
  answerStreaming && {
    code: "invalid_request",
    message: "The lines of a batch are not streamed: leave `stream` out.",
    param: "stream",
  };
