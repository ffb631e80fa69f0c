import { AwsError } from "../aws-service.ts";
import type { FunctionRunner, InvocationResult } from "../lambda/function-runner.ts";
import { GatewayError } from "./gateway-error.ts";
import { withDeadline } from "./with-deadline.ts";

/**
 * Invokes the function within the deadline. After the deadline Lambda runs on, as on AWS; what it still answers
 * has no reader and is dropped.
 */
export async function invokeFunction(
  runner: FunctionRunner,
  eventJson: string,
  timeoutMs: number,
  expired: () => GatewayError,
): Promise<InvocationResult> {
  let abandoned = false;
  const invocation = runner.invoke(eventJson).then((result) => {
    if (abandoned && result.kind === "stream") result.body.destroy();
    return result;
  });
  try {
    return await withDeadline(invocation, timeoutMs, () => {
      abandoned = true;
      return expired();
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new GatewayError("DEFAULT_5XX", { status: 500, reason: `${runner.name}: ${error.code}` });
  }
}
