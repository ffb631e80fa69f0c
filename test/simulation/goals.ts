/** What share of the wallet is spent, while demand is 1.75 times as much. In a region that is dark for good, its money waits. */
export const utilisationMin = {
  calm: 0.999,
  faulty: 0.999,
  zombies: 0.99,
  partition: 0.99,
  dark: 0.99,
} as const;

/** Per admitted request, for leases alone: with one for the usage event, 2.25 and 3.25 at most. Runs as small as these spend much of their time near exhaustion. */
export const leaseWriteUnitsMax = 2.25;
