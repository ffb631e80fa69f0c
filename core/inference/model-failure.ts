import type { ModelFailure } from "./ports.ts";
import type { Refusal } from "./refusal.ts";

/** What the customer is told when the model fails, before the first byte or midway. */
export const refusalFor = (failure: ModelFailure, modelName: string): Refusal => {
  switch (failure.reason) {
    case "rejected":
      return {
        code: failure.code === "context_length_exceeded" ? "context_length_exceeded" : "rejected_by_model",
        message:
          failure.message ??
          `The model \`${modelName}\` rejected the request without saying why. Check its fields against what the model takes.`,
        ...(failure.param !== undefined && { param: failure.param }),
      };
    case "overloaded":
      return {
        code: "model_overloaded",
        message: `The model \`${modelName}\` is at its capacity. Try again shortly.`,
        retryAfterSeconds: 2,
      };
    case "waking":
      return {
        code: "model_waking",
        message: `The model \`${modelName}\` is being started. Try again in a few minutes.`,
        retryAfterSeconds: 60,
      };
    case "unavailable":
      return {
        code: "model_unavailable",
        message: `The model \`${modelName}\` cannot be reached. Try again shortly.`,
        retryAfterSeconds: 5,
      };
    case "timeout":
      return {
        code: "model_timeout",
        message: `The model \`${modelName}\` did not finish in time. Ask for less in one request, such as fewer tokens.`,
      };
    case "broken":
      return {
        code: "model_error",
        message: `The model \`${modelName}\` failed to answer. Nothing is billed for what was not delivered. Try again.`,
      };
  }
};
