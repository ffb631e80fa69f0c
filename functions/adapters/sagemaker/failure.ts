import { ModelError } from "@aws-sdk/client-sagemaker-runtime";
import type { ModelFailure } from "../../../core/inference/ports.ts";
import { failureOfStatus } from "../failure-of-status.ts";
import { failureOfName } from "./failure-of-name.ts";

/** What an error of the SDK's SageMaker runtime client means to the request. */
export const failureOf = (error: unknown): ModelFailure => {
  if (error instanceof ModelError)
    return failureOfStatus(error.OriginalStatusCode ?? 500, error.OriginalMessage ?? "");
  return error instanceof Error ? failureOfName(error.name, error.message) : { reason: "broken" };
};
