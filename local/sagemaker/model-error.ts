import { AwsError } from "../aws-service.ts";
import type { Endpoint } from "./endpoint.ts";

/** The container answered with an error. */
export function modelError(endpoint: Endpoint, status: number, message: string): AwsError {
  const whose = status >= 400 && status < 500 ? "client" : "server";
  return failure(
    endpoint,
    status,
    message,
    `Received ${whose} error (${status}) from primary with message "${message}".`,
  );
}

/** The container did not answer at all; SageMaker gives that the status 0. */
export const unansweredError = (endpoint: Endpoint, reason: string): AwsError =>
  failure(endpoint, 0, reason, `Received server error (0) from primary with message "${reason}".`);

export const timeoutReason =
  "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.";

function failure(endpoint: Endpoint, status: number, original: string, message: string): AwsError {
  const { region, account, name } = endpoint;
  const logGroup = `/aws/sagemaker/Endpoints/${name}`;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${logGroup}`;
  return new AwsError(
    "ModelError",
    `${message} See ${console} in account ${account} for more information.`,
    424,
    {
      OriginalStatusCode: status,
      OriginalMessage: original,
      LogStreamArn: `arn:aws:logs:${region}:${account}:log-group:${logGroup}`,
    },
  );
}
