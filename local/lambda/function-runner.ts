import type { Readable } from "node:stream";
import type { Caller } from "../aws-service.ts";

/** What an invocation yields: a buffered payload, or, when the function streams, its bytes as they are written. */
export type InvocationResult =
  | { readonly kind: "payload"; readonly payload: string }
  /** The function threw, timed out, or its process died: AWS's `FunctionError: Unhandled`, payload as AWS writes it. */
  | { readonly kind: "failed"; readonly payload: string }
  | {
      readonly kind: "stream";
      readonly contentType: string;
      /** Destroying it tells the function that its reader is gone. It errors when the function's process dies midway. */
      readonly body: Readable;
      /** The error trailer the runtime client sent, known once the body has ended. */
      trailingError(): { readonly errorType: string; readonly errorMessage: string } | undefined;
    };

/** A deployed Lambda function: a pool of execution environments, one OS process each. */
export interface FunctionRunner {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** After which Lambda ends an invocation. */
  readonly timeoutMs: number;
  /** The execution role's session: what the function may do. */
  readonly caller: Caller;
  /** Runs the function once with a JSON event. Rejects with AwsError `TooManyRequestsException` when it is at its concurrency. */
  invoke(eventJson: string): Promise<InvocationResult>;
  /** Whether a `AWS::Lambda::Permission` of the templates lets this AWS service, for this source ARN, invoke the function. */
  permits(servicePrincipal: string, sourceArn: string): boolean;
}

export interface Functions {
  /** By function ARN (a qualifier is ignored) or by name within a region; throws AwsError `ResourceNotFoundException`. */
  find(arnOrName: string, region: string): FunctionRunner;
}
