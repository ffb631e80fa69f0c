import type { ServerResponse } from "node:http";
import { internalProblem, type Problem } from "../problem.ts";
import { sendProblem } from "./send-json.ts";

type Invocation = {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly response: ServerResponse;
  /** Aborted when the client hangs up before the answer's end. */
  readonly signal: AbortSignal;
};

/** How an invocation ended, for the log: counts only. */
export type Outcome = {
  readonly outcome: "completed" | "refused" | "aborted" | "failed";
  readonly code?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
};

/** Parses an invocation of one task, has the engine work on it, and writes the answer. */
export type Answer = (invocation: Invocation) => Promise<Outcome>;

export const refuse = (response: ServerResponse, problem: Problem): Outcome => {
  sendProblem(response, problem);
  return { outcome: "refused", code: problem.code };
};

export const fail = (response: ServerResponse): Outcome => {
  sendProblem(response, internalProblem);
  return { outcome: "failed" };
};
