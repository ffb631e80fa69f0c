import { expect, test } from "vitest";
import { fromDynoxide, toDynoxide } from "../../../local/dynamodb/arn-rewriting.ts";

const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/items";
const foreign = "arn:aws:dynamodb:dynoxide:000000000000:table/items";

test("a table may be named by its ARN wherever a request names tables", () => {
  expect(toDynoxide({ TableName: arn })).toEqual({ TableName: "items" });
  expect(toDynoxide({ RequestItems: { [arn]: [] } })).toEqual({ RequestItems: { items: [] } });
  expect(toDynoxide({ TransactItems: [{ Put: { TableName: arn, Item: {} } }] })).toEqual({
    TransactItems: [{ Put: { TableName: "items", Item: {} } }],
  });
  expect(toDynoxide({ StreamArn: `${arn}/stream/1` })).toEqual({ StreamArn: `${foreign}/stream/1` });
});

test("an ARN inside an item is data, and stays as it is", () => {
  const request = { TableName: "items", Item: { pk: { S: arn }, TableName: { S: arn } } };
  expect(toDynoxide(request)).toEqual(request);
});

test("answers carry the deployment's account and region", () => {
  const answer = JSON.stringify({ TableArn: foreign, Records: [{ awsRegion: "dynoxide" }] });
  expect(JSON.parse(fromDynoxide(answer, "eu-west-1", "123456789012"))).toEqual({
    TableArn: arn,
    Records: [{ awsRegion: "eu-west-1" }],
  });
});
