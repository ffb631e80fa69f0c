import { dynamodb } from "./aws.mjs";

/** Stores each message under its text; reports those that ask to fail. */
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    if (body === "poison") batchItemFailures.push({ itemIdentifier: messageId });
    else await dynamodb("PutItem", { Item: { pk: { S: body }, sk: { S: "work" } } });
  }
  return { batchItemFailures };
};
