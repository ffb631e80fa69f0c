// A process of its own: sends the load. Asked to "start", it answers when the clients are warm; asked to "finish", with
// the figures.
import { type ClosedLoop, type LoadFigures, type LoadOrder, startClosedLoop } from "./closed-loop.ts";

export type LoadQuestion =
  | { readonly kind: "start"; readonly order: LoadOrder }
  | { readonly kind: "finish" };

export type LoadReply =
  | { readonly kind: "warm" }
  | { readonly kind: "finished"; readonly figures: LoadFigures }
  | { readonly kind: "failed"; readonly problem: string };

let running: ClosedLoop | undefined;

const answer = async (question: LoadQuestion): Promise<LoadReply> => {
  if (question.kind === "start") {
    running = await startClosedLoop(question.order);
    return { kind: "warm" };
  }
  if (!running) throw new Error("there is no load to finish");
  return { kind: "finished", figures: await running.finish() };
};

process.on("message", (question: LoadQuestion) => {
  void answer(question)
    .catch((error: unknown): LoadReply => ({ kind: "failed", problem: String(error) }))
    .then((reply) => process.send?.(reply));
});

process.on("disconnect", () => process.exit());
