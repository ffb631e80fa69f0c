import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { invoices } from "../adapters/dynamodb/invoices.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { buffered } from "../http/pipeline.ts";
import { answerInvoices } from "./answer-invoices.ts";

const stored = invoices(dynamoDb(), required(environment.accountsTable));

/** `GET /v1/invoices`: a customer's invoices and statements, the latest first. */
export const handler = buffered(async (event) => answerInvoices(stored, event));
