import type { EpochMs } from "../time.ts";

/** That a version will go, when, and what to call then. */
export type Deprecation = {
  /** From then on nobody should start using it. */
  readonly at: EpochMs;
  /** From then on it is refused. */
  readonly sunset: EpochMs;
  /** As clients write it: a name, or a name with a version. */
  readonly successor: string;
};

export const hasSunset = (deprecation: Deprecation | undefined, now: EpochMs): deprecation is Deprecation =>
  deprecation !== undefined && now >= deprecation.sunset;
