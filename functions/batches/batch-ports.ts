import type { BatchPorts } from "../../core/batches/ports.ts";
import { batchRecords } from "../adapters/dynamodb/batch-records.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { awsEndpoint } from "../adapters/signed/aws-endpoint.ts";
import { type SignedBatchQueue, batchQueue } from "../adapters/signed/batch-queue.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { filePorts } from "../files/file-ports.ts";
import { randomBytes, systemClock } from "../system.ts";

/** This region's batches, as the execution role may use them. */
export const batchPorts = (): BatchPorts & { readonly queue: SignedBatchQueue } => {
  const region = required("AWS_REGION");
  const sqs = awsEndpoint(region, { hostPrefix: "sqs", variable: "SQS", signingName: "sqs" });
  return {
    batches: batchRecords(dynamoDb(), required(environment.accountsTable), region),
    queue: batchQueue(sqs, required(environment.batchQueueUrl)),
    files: filePorts(),
    clock: systemClock,
    randomBytes,
  };
};
