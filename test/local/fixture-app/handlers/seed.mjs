import { dynamodb } from "./aws.mjs";

/** A custom resource: writes what it was given, and answers CloudFormation by itself. */
export const handler = async (event) => {
  await dynamodb("PutItem", {
    Item: {
      pk: { S: `seed-${process.env.AWS_REGION}` },
      sk: { S: "item" },
      text: { S: JSON.stringify(event.ResourceProperties) },
    },
  });
  const { StackId, RequestId, LogicalResourceId } = event;
  await fetch(event.ResponseURL, {
    method: "PUT",
    body: JSON.stringify({
      Status: "SUCCESS",
      PhysicalResourceId: "seed-1",
      StackId,
      RequestId,
      LogicalResourceId,
      Data: { Token: "token-1" },
    }),
  });
};
