import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { dynamoDbCounters } from "../adapters/dynamodb/counters.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { buffered } from "../http/pipeline.ts";
import { systemClock } from "../system.ts";
import { type UsagePorts, answerUsage } from "./answer-usage.ts";

const ports: UsagePorts = {
  counters: dynamoDbCounters(dynamoDb(), required(environment.accountsTable)),
  clock: systemClock,
};

/** `GET /v1/usage`: what a customer used and what it cost, per hour or day, model and key. Seconds behind at most. */
export const handler = buffered(async (event) => answerUsage(ports, event));
