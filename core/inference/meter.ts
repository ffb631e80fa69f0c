import type { Admitted } from "../admission/admit.ts";
import { release } from "../admission/release.ts";
import { type Ending, usageEventOf } from "./ending.ts";
import type { InferencePorts } from "./ports.ts";

/** Writes the one usage event of an admitted request, then ends its admission. */
export const meter = async (
  ports: Pick<InferencePorts, "clock" | "region" | "usageEvents" | "leases" | "rateLimiter">,
  admitted: Admitted,
  ending: Ending,
): Promise<void> => {
  const event = usageEventOf(admitted, ending, ports.region, ports.clock.now());
  await ports.usageEvents.record(event);
  await release(ports, admitted, event);
};
