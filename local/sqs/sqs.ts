import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AwsError, type AwsCall, type AwsService } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import { systemClock, type Clock } from "../events/clock.ts";
import type { Kms } from "../kms/kms.ts";
import { operationNameOf } from "../kms/kms-request.ts";
import { getQueueAttributes, getQueueUrl } from "./operations/describe-queue.ts";
import { receiveMessage } from "./operations/receive-message.ts";
import { sendMessage, sendMessageBatch } from "./operations/send-message.ts";
import { changeMessageVisibility, deleteMessage, deleteMessageBatch } from "./operations/settle-message.ts";
import type { Queue } from "./queue.ts";
import { queuesFromTemplates } from "./queues-from-templates.ts";
import type { PreparedOperation, Queues, SqsOperation } from "./sqs-operation.ts";

const operations: ReadonlyMap<string, SqsOperation> = new Map([
  ["SendMessage", sendMessage],
  ["SendMessageBatch", sendMessageBatch],
  ["ReceiveMessage", receiveMessage],
  ["DeleteMessage", deleteMessage],
  ["DeleteMessageBatch", deleteMessageBatch],
  ["ChangeMessageVisibility", changeMessageVisibility],
  ["GetQueueAttributes", getQueueAttributes],
  ["GetQueueUrl", getQueueUrl],
]);

export type SqsOptions = {
  readonly kms: Kms;
  /** Of the front door: queue URLs begin with it. */
  readonly endpointUrl: string;
  /** Messages live in `<stateDir>/sqs` and survive restarts; in memory without it. */
  readonly stateDir?: string;
  readonly clock?: Clock;
};

export interface Sqs extends AwsService {
  /** For whoever polls a queue on a function's behalf; undefined for an ARN of no template. */
  queue(arn: string): Queue | undefined;
}

/** SQS as AWS speaks it now, in JSON: the standard queues of the templates. */
export function createSqs(
  deployment: Deployment,
  { kms, endpointUrl, stateDir, clock = systemClock }: SqsOptions,
): Sqs {
  const folder = stateDir === undefined ? undefined : join(stateDir, "sqs");
  const byArn = queuesFromTemplates(deployment, { kms, clock, endpointUrl, folder });
  const queues = findQueues(byArn, kms);
  // What `checks` prepared, for `handle`.
  const prepared = new WeakMap<AwsCall, PreparedOperation>();

  const prepare = (call: AwsCall): PreparedOperation => {
    const name = operationNameOf(call);
    const operation = operations.get(name);
    if (operation === undefined)
      throw new AwsError("UnknownOperationException", `sqs:${name} is not modelled on this machine`);
    return operation(call, queues);
  };

  return {
    protocol: "json",
    checks(call) {
      const operation = prepare(call);
      prepared.set(call, operation);
      return operation.checks;
    },
    async handle(call) {
      const answer = Buffer.from(JSON.stringify(await (prepared.get(call) ?? prepare(call)).run()));
      call.response.writeHead(200, {
        "content-type": "application/x-amz-json-1.0",
        "content-length": answer.length,
        "x-amzn-requestid": randomUUID(),
      });
      call.response.end(answer);
    },
    queue: (arn) => byArn.get(arn),
  };
}

function findQueues(byArn: ReadonlyMap<string, Queue>, kms: Kms): Queues {
  const find = (region: string, isWanted: (queue: Queue) => boolean): Queue => {
    const found = [...byArn.values()].find((queue) => queue.settings.region === region && isWanted(queue));
    if (found !== undefined) return found;
    throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  };
  return {
    kms,
    byName: (name, region) => find(region, ({ settings }) => settings.name === name),
    byUrl: (url, region) => find(region, ({ settings }) => settings.url === url),
  };
}
