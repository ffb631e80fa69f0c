import { describe } from "vitest";

/**
 * What the templates say, stack by stack. One file for all of them: a worker takes seconds to load the CDK, and files are
 * spread over all workers. Of one stack alone: `npm test -- test/infra/stacks -t "the stacks: data"`.
 */
describe("the stacks:", () => {
  describe("api", async () => void (await import("./stacks/api.ts")));
  describe("batches", async () => void (await import("./stacks/batches.ts")));
  describe("billing", async () => void (await import("./stacks/billing.ts")));
  describe("catalogue", async () => void (await import("./stacks/catalogue.ts")));
  describe("data", async () => void (await import("./stacks/data.ts")));
  describe("deployment", async () => void (await import("./stacks/deployment.ts")));
  describe("evidence", async () => void (await import("./stacks/evidence.ts")));
  describe("models", async () => void (await import("./stacks/models.ts")));
  describe("permissions", async () => void (await import("./stacks/permissions.ts")));
  describe("purses", async () => void (await import("./stacks/purses.ts")));
});
