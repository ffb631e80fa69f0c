import type { ModelFailure } from "../../../core/inference/ports.ts";

/**
 * What an error of the SageMaker runtime means to the request, by its name. Names: API reference, InvokeEndpoint, Errors;
 * an endpoint scaled to zero answers with a ValidationError that speaks of capacity.
 */
export const failureOfName = (name: string, message: string): ModelFailure => {
  switch (name) {
    case "ThrottlingException":
    case "TooManyRequestsException":
      return { reason: "overloaded" };
    case "ModelNotReadyException":
      return { reason: "waking" };
    case "ValidationError":
    case "ValidationException":
      return { reason: /capacity/i.test(message) ? "waking" : "unavailable" };
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
