// Preloaded (`node --import`) into every process under test, Portkey's included: tells the benchmark how much CPU time
// the whole process has used, threads and garbage collector included.

export type CpuReading = {
  /** User and system time since the process started. */
  readonly cpuMs: number;
  /** When that was, on a clock that counts evenly. */
  readonly atMs: number;
};

process.on("message", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const reading: CpuReading = { cpuMs: (userCPUTime + systemCPUTime) / 1000, atMs: performance.now() };
  process.send?.(reading);
});

// The benchmark is over, or gone.
process.on("disconnect", () => process.exit());
