import type { TestProject } from "vitest/node";
import { lendContainers } from "./borrowed-containers.ts";
import { synthesizeOnce } from "./synthesize-once.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test workers borrow their containers. */
    readonly lenderUrl: string;
  }
}

/** Once per run, before any test file. Stacks that are broken fail those who need them, and nobody else. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const lender = await lendContainers();
  project.provide("lenderUrl", lender.url);
  await synthesizeOnce().catch(() => undefined);
  return () => lender.stop();
};
