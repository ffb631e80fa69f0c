import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { invoices } from "../adapters/dynamodb/invoices.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { streaming } from "../http/pipeline.ts";
import { answerInvoice } from "./answer-invoice.ts";

const stored = invoices(dynamoDb(), required(environment.accountsTable));

/** `GET /v1/invoices/{id}`, `{id}.csv`, `{id}.pdf`: one invoice. Apart from the list, because drawing a PDF takes a library larger than all else. */
export const handler = streaming(async (event) => answerInvoice(stored, event));
