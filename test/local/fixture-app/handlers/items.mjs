import { dynamodb } from "./aws.mjs";

const respond = (statusCode, body) => ({ statusCode, body: JSON.stringify(body) });

export const handler = async (event) => {
  const key = { pk: { S: event.pathParameters.id }, sk: { S: "item" } };
  try {
    if (event.httpMethod === "PUT") {
      await dynamodb("PutItem", { Item: { ...key, text: { S: event.body } } });
      return respond(201, { principal: event.requestContext.authorizer.principalId });
    }
    const { Item } = await dynamodb("GetItem", { Key: key });
    const { AWS_REGION, SEED_ID, SEED_TOKEN } = process.env;
    return respond(Item ? 200 : 404, {
      text: Item?.text.S,
      region: AWS_REGION,
      seedId: SEED_ID,
      seedToken: SEED_TOKEN,
    });
  } catch (error) {
    return respond(500, { name: error.name, message: error.message });
  }
};
