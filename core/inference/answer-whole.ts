import type { Admitted } from "../admission/admit.ts";
import type { Ending } from "./ending.ts";
import { meter } from "./meter.ts";
import type { InferencePorts } from "./ports.ts";
import type { RenderedAnswer, WholeReading } from "./tasks/inference-request.ts";

/** Meters a whole answer and returns it with its cost. The usage event is durable before the answer is returned. */
export const answerWhole = async (
  ports: InferencePorts,
  admitted: Admitted,
  { quantities, source, render }: Extract<WholeReading, { readonly ok: true }>,
): Promise<RenderedAnswer> => {
  const ending: Ending = {
    outcome: "completed",
    quantities,
    source,
    streamed: false,
    firstByteAt: ports.clock.now(),
  };
  const { cost } = await meter(ports, admitted, ending, render);
  return render(cost, admitted);
};
