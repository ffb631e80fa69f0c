import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Files run side by side; the stacks of test/e2e are started once, by that folder's own set-up.
    pool: "forks",
    // Synthesizes the stacks of test/e2e, unless nothing changed since the last run.
    globalSetup: "test/e2e/synthesize-once.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
