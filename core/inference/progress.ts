import type { Admitted } from "../admission/admit.ts";
import { crashed } from "../billing/usage-event.ts";
import { isDear } from "../catalogue/price.ts";
import type { EpochMs } from "../time.ts";
import { type Ending, usageEventOf } from "./ending.ts";
import type { InferencePorts } from "./ports.ts";

type Ports = Pick<InferencePorts, "clock" | "region" | "progress" | "rules">;

/** What was delivered so far, as an ending without the word about how. */
export type Delivered = Omit<Ending, "outcome" | "failure">;

/** A stream that runs longer than this says so, and once more whenever as much time has passed again. */
const checkpointEveryMs = 10_000;

/**
 * Keeps the usage event that the request leaves if its process dies now: failed, at what the price asks for what was
 * delivered. Where it would come too late to be billed, nothing is kept: whoever closed the lease may have looked already.
 */
const keep = async (ports: Ports, admitted: Admitted, delivered: Delivered, now: EpochMs): Promise<void> => {
  if (ports.rules.isLate(admitted.deadline, now)) return;
  const ending: Ending = { ...delivered, outcome: "failed", failure: crashed };
  await ports.progress.keep(usageEventOf(admitted, ending, ports.region, now));
};

/** Before its model is called, a dear request says that it runs: should it die, that much is known, at no cost. */
export const announceDear = async (ports: Ports, admitted: Admitted, streamed: boolean): Promise<void> => {
  if (!isDear(admitted.price, admitted.hold)) return;
  await keep(ports, admitted, { quantities: {}, source: "estimated", streamed }, ports.clock.now());
};

/** Keeps the progress of one stream. Nothing waits for a timer: chunks are what tells that time has passed. */
export const streamProgress = (ports: Ports, admitted: Admitted, delivered: () => Delivered) => {
  let keptAt = ports.clock.now();
  let keeping: Promise<void> | undefined;
  return {
    /** Called with every chunk; the chunk does not wait. */
    pass(): void {
      const now = ports.clock.now();
      if (keeping || now - keptAt < checkpointEveryMs) return;
      keptAt = now;
      keeping = keep(ports, admitted, delivered(), now).finally(() => {
        keeping = undefined;
      });
    },
    /** Resolves when nothing is being written: what is left behind stands still with the process, and ends much later. */
    idle: async (): Promise<void> => keeping,
  };
};
