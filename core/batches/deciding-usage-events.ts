import { leaseTerms } from "../admission/lease-rules.ts";
import { type UsageEvent, superseded } from "../billing/usage-event.ts";
import { absorb } from "../inference/meter.ts";
import type { UsageEvents } from "../inference/ports.ts";
import type { RenderedAnswer } from "../inference/tasks/inference-request.ts";
import { zero } from "../money.ts";
import { after } from "../time.ts";
import type { Batch } from "./batch.ts";
import type { Decision, LineKey, LineResult } from "./line-result.ts";
import { type RunPorts, decideMsMax } from "./ports.ts";

/** What was decided about a line while its request ran, and the text of the result, if it is this one's. */
export type DecidedLine = { readonly decision: Decision; readonly text?: string };

/**
 * The usage events of a line's request. Its answer is stored first; then the answer is made the line's result, and its event
 * is put on record, in one step. So whenever a runner dies, a line is answered if and only if it is billed, and who comes
 * next knows which.
 */
export const decidingUsageEvents = (
  { inference, decisions, contents, clock }: Pick<RunPorts, "inference" | "decisions" | "contents" | "clock">,
  batch: Batch,
  line: LineKey,
  show: (result: LineResult) => string,
) => {
  let decided: DecidedLine | undefined;
  const usageEvents: UsageEvents = {
    async record(event, answer) {
      const ofBatch: UsageEvent = { ...event, batch: batch.id };
      // Without an answer there is nothing to decide. One that comes too late to be billed is none: the line runs again.
      if (!answer || event.absorbed !== undefined) return inference.usageEvents.record(ofBatch);
      const text = show({ kind: "answered", request: event.request, body: textOf(answer()) });
      await contents.writeResult(batch, event.request, text);
      // Storing the answer took so long that the event might come too late: the same.
      if (clock.now() > after(event.endedAt, leaseTerms.storeMsMax - decideMsMax))
        return inference.usageEvents.record(absorb(ofBatch));
      const mine: Decision = { kind: "answered", attempt: event.request };
      const { decision, event: recorded } = await decisions.decide(line, mine, ofBatch);
      // Taken for dead, and settled as that: the line is still open.
      if (!decision) return recorded;
      const isMine = decision.attempt === event.request;
      decided = { decision, ...(isMine && { text }) };
      return isMine ? (recorded ?? ofBatch) : inference.usageEvents.record(supersede(ofBatch));
    },
  };
  return { usageEvents, decided: () => decided };
};

const textOf = (answer: RenderedAnswer): string => {
  if (answer.kind === "whole") return answer.body;
  throw new Error("a route that batches may call answers with JSON");
};

/** Another runner has answered the line: this answer is nobody's, and costs nothing. */
const supersede = (event: UsageEvent): UsageEvent => ({
  ...event,
  outcome: "failed",
  failure: superseded,
  policy: "waive",
  cost: zero,
  waived: true,
});
