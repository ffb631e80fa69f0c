import { type EpochMs, epochMs } from "../../core/time.ts";
import type { LeaseHolder } from "../../core/admission/lease-holder.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

/** An execution environment: it runs requests, and can die or stand still at any moment. */
export type Process = {
  readonly region: string;
  readonly skewMs: number;
  isAlive: boolean;
  frozenUntil: number;
  requests: number;
  /** What its own clock shows. */
  now(): EpochMs;
  /** Goes on after a time, unless it has died; later, if it is frozen then. */
  sleep(durationMs: number): Promise<void>;
  /** Calls a service over the network: slow, and as unreliable as the scenario says. */
  call<Answer>(effect: () => Promise<Answer>): Promise<Answer>;
};

export type SimulatedProcess = Process & { holder: LeaseHolder };

export const newProcess = (region: string, scenario: Scenario, random: Random, time: Timeline): Process => {
  const skewMs = Math.round(random.between(-scenario.skewMs, scenario.skewMs));
  const latencyMs = (): number => random.between(1, 20);

  const whenAwake = (run: () => void): void => {
    if (!process.isAlive) return;
    if (process.frozenUntil > time.now()) time.in(process.frozenUntil - time.now(), () => whenAwake(run));
    else run();
  };

  const process: Process = {
    region,
    skewMs,
    isAlive: true,
    frozenUntil: 0,
    requests: 0,
    now: () => epochMs(time.now() + skewMs),
    sleep: (durationMs) =>
      new Promise((resolve) => {
        time.in(durationMs, () => whenAwake(resolve));
      }),
    call: (effect) =>
      new Promise((resolve, reject) => {
        const attempt = async (): Promise<void> => {
          const outcome = await Promise.allSettled([effect()]);
          if (random.happens(scenario.retry)) {
            time.in(random.between(1, 60_000), async () => {
              // A late copy: whatever it answers, nobody listens.
              await Promise.allSettled([effect()]);
            });
          }
          if (random.happens(scenario.lostAck)) return time.in(latencyMs() * 10, attempt);
          const unheard = random.happens(scenario.noAnswer);
          time.in(latencyMs(), () =>
            whenAwake(() => {
              const [answer] = outcome;
              if (unheard) reject(new NoAnswer());
              else if (answer.status === "fulfilled") resolve(answer.value);
              else reject(answer.reason);
            }),
          );
        };
        time.in(latencyMs(), attempt);
      }),
  };
  return process;
};

/** The client library has given up: the call may have taken effect, or not, or may still. */
export class NoAnswer extends Error {}
