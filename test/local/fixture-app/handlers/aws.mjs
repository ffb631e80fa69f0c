// Calls DynamoDB without an SDK, so that the fixture needs no bundling. The local front door verifies no signatures.
export const dynamodb = async (operation, body) => {
  const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_REGION } = process.env;
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify({ TableName: process.env.TABLE_NAME, ...body }),
  });
  const answer = await response.json();
  const name = response.headers.get("x-amzn-errortype") ?? "DynamoDbError";
  if (!response.ok) throw Object.assign(new Error(answer.message), { name });
  return answer;
};
