import type { Admitted } from "../admission/admit.ts";
import { concatBytes } from "../bytes.ts";
import { abortPolicyOf } from "../catalogue/price.ts";
import { type Ending, costOf } from "./ending.ts";
import { meter } from "./meter.ts";
import { refusalFor } from "./model-failure.ts";
import type { InferencePorts, ModelFailure, ModelStream } from "./ports.ts";
import { streamProgress } from "./progress.ts";
import type { Refusal } from "./refusal.ts";
import { type StreamStep, streamReader } from "./stream-reader.ts";
import type { PricedDelivery, StreamRendering } from "./stream-rendering.ts";
import { StreamTally, type TalliedRequest } from "./stream-tally.ts";
import type { EpochMs } from "../time.ts";

/**
 * An answer on its way, in pieces of whole events. `body` never throws; if the model fails midway, its last item says so: as a
 * refusal to render, where its task has no event of its own for it.
 */
export type StreamedAnswer = {
  readonly body: AsyncGenerator<Uint8Array | Refusal, void>;
  /**
   * To be called when the response is over, however it ended. If the model still speaks, its client has gone: it is stopped,
   * or read to its end where the price's policy is to drain. Resolves when the usage event is durable. Calling it again does
   * nothing.
   */
  close(): Promise<void>;
};

/**
 * Forwards the model's events as they arrive, and writes the usage event before the stream ends, however it ends: a client
 * that has seen the end can look its request up.
 */
export const answerStreaming = (
  ports: InferencePorts,
  admitted: Admitted,
  request: TalliedRequest,
  stream: ModelStream,
  rendering: StreamRendering,
): StreamedAnswer => {
  const tally = new StreamTally(request);
  const reader = streamReader(stream, tally);
  const delivered = () => ({
    ...tally.delivered,
    streamed: true,
    ...(firstByteAt !== undefined && { firstByteAt }),
  });
  const progress = streamProgress(ports, admitted, delivered);
  let firstByteAt: EpochMs | undefined;
  let hasClientLeft = false;
  let settled: Promise<void> | undefined;
  let drained: Promise<void> | undefined;

  const endingOf = (outcome: Ending["outcome"], failure?: string): Ending => ({
    ...delivered(),
    outcome,
    ...(failure !== undefined && { failure }),
  });

  const record = async (ending: Ending): Promise<void> => {
    await meter(ports, admitted, ending);
    await progress.idle();
  };

  /** The first to say how it ended is believed: there is one usage event. */
  const settle = (outcome: Ending["outcome"], failure?: string): Promise<void> =>
    (settled ??= record(endingOf(outcome, failure)));

  const advance = async (): Promise<StreamStep> => {
    const step = await reader.step();
    if (step.seen.length > 0) firstByteAt ??= ports.clock.now();
    if (!settled) progress.pass();
    return step;
  };

  /**
   * Reads on as if the client had stayed, and bills as if it had: a model that fails on the way is billed as one that fails.
   * The deadline is where draining was to end at the latest, so that it is not a failure.
   */
  const drain = async (): Promise<void> => {
    let step = await advance();
    while (!step.ending) step = await advance();
    const failure = step.ending === "done" || step.ending.reason === "timeout" ? undefined : step.ending;
    await settle(failure ? "failed" : "aborted", failure && refusalFor(failure, admitted.model.name).code);
    await reader.end();
  };

  const close = (): Promise<void> => {
    hasClientLeft = true;
    if (!settled && abortPolicyOf(admitted.price) === "drain") return (drained ??= drain());
    stream.cancel();
    return settle("aborted");
  };

  /** As if it ended well now. */
  const priced = (): PricedDelivery => {
    const ending = endingOf("completed");
    return {
      quantities: ending.quantities,
      source: ending.source,
      cost: costOf(admitted, ending).cost,
    };
  };

  /** Yields what goes to the client; returns how the model ended its stream. */
  async function* forward(): AsyncGenerator<Uint8Array, "done" | ModelFailure> {
    for (;;) {
      const { seen, ending } = await advance();
      const outgoing = seen
        .map((observation) => rendering.show(observation, priced))
        .filter((bytes) => bytes !== undefined);
      const [only] = outgoing;
      if (only && !hasClientLeft) yield outgoing.length === 1 ? only : concatBytes(...outgoing);
      if (ending) return ending;
    }
  }

  async function* relay(): AsyncGenerator<Uint8Array | Refusal, void> {
    try {
      const opening = rendering.open();
      if (opening && !hasClientLeft) yield opening;
      const finished = yield* forward();
      if (hasClientLeft) return;
      const refusal = finished === "done" ? undefined : refusalFor(finished, admitted.model.name);
      await settle(refusal ? "failed" : "completed", refusal?.code);
      yield refusal ? rendering.fail(refusal) : rendering.complete(priced());
    } finally {
      await close();
      await reader.end();
    }
  }

  return { body: relay(), close };
};
