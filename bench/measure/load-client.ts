import { fileURLToPath } from "node:url";
import type { LoadFigures, LoadOrder } from "../load/closed-loop.ts";
import type { LoadQuestion, LoadReply } from "../load/generator.ts";
import { startChild } from "../processes/child.ts";

/** The load generator, from outside. */
export type LoadClient = {
  /** Resolves when the clients are warm. Throws when an answer was wrong. */
  start(order: LoadOrder): Promise<void>;
  finish(): Promise<LoadFigures>;
  stop(): Promise<void>;
};

export const startLoadClient = (logFolder: string): LoadClient => {
  const child = startChild({
    name: "load",
    command: [fileURLToPath(new URL("../load/generator.ts", import.meta.url))],
    core: "surroundings",
    logFolder,
  });
  const ask = async (question: LoadQuestion): Promise<LoadReply> => {
    // The generator is this repository's own, started by the line above.
    const reply = (await child.ask(question)) as LoadReply;
    if (reply.kind === "failed") throw new Error(reply.problem);
    return reply;
  };
  return {
    async start(order) {
      await ask({ kind: "start", order });
    },
    async finish() {
      const reply = await ask({ kind: "finish" });
      if (reply.kind !== "finished") throw new Error(`the load generator answered ${reply.kind}`);
      return reply.figures;
    },
    stop: () => child.stop(),
  };
};
