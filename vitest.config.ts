import { defineConfig } from "vitest/config";

const shared = {
  pool: "forks",
  maxWorkers: 3,
  // Modules are loaded once per worker, not once per file.
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "end to end",
          include: ["test/e2e/**/*.test.ts"],
          // Synthesizes the stacks once, unless nothing changed since the last run.
          globalSetup: "test/e2e/synthesize-once.ts",
        },
      },
    ],
  },
});
