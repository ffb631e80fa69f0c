import { ModelError } from "@aws-sdk/client-sagemaker-runtime";
import type { ModelFailure } from "../../../core/inference/ports.ts";
import { failureOfStatus } from "../failure-of-status.ts";

/**
 * What an error of the SageMaker runtime means to the request. Names: API reference, InvokeEndpoint, Errors; an endpoint
 * scaled to zero answers with a ValidationError that speaks of capacity.
 */
export const failureOf = (error: unknown): ModelFailure => {
  if (error instanceof ModelError)
    return failureOfStatus(error.OriginalStatusCode ?? 500, error.OriginalMessage ?? "");
  if (!(error instanceof Error)) return { reason: "broken" };
  switch (error.name) {
    case "ThrottlingException":
    case "TooManyRequestsException":
      return { reason: "overloaded" };
    case "ModelNotReadyException":
      return { reason: "waking" };
    case "ValidationError":
    case "ValidationException":
      return { reason: /capacity/i.test(error.message) ? "waking" : "unavailable" };
    case "ServiceUnavailable":
    case "InternalDependencyException":
      return { reason: "unavailable" };
    case "AccessDeniedException":
      // The deployment is wrong, not the request; the denial is in the platform's own records.
      return { reason: "unavailable" };
    default:
      return { reason: "broken" };
  }
};
