import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Files run side by side; the stacks of test/e2e are started once, by that folder's own set-up.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
