import { defineConfig } from "vitest/config";

const shared = { pool: "forks", testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/infra/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          // The CDK takes seconds to load: once per worker, not once per file.
          isolate: false,
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
