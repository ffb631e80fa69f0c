import { defineConfig } from "vitest/config";

const endToEnd = "test/e2e/**/*.test.ts";

/** `npm test` runs the two projects side by side, in a process each: scripts/test.ts says why. */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "end-to-end",
          include: [endToEnd],
          // The stacks, synthesized unless nothing has changed since the last run, and their models.
          globalSetup: "test/e2e/global-set-up.ts",
        },
      },
      { extends: true, test: { name: "parts", include: ["test/**/*.test.ts"], exclude: [endToEnd] } },
    ],
    pool: "forks",
    maxWorkers: 2,
    setupFiles: "test/support/keep-to-one-processor.ts",
    // Modules are loaded once per worker, not once per file; what files share, such as a platform, is started as often.
    isolate: false,
    // As they run everywhere else: by Node itself, which strips the types. Vite's runner costs a tenth of the suite's time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
