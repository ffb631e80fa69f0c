import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { leaseTerms } from "../../../core/admission/lease-rules.ts";
import { putNewItem } from "../../../functions/adapters/dynamodb/put-new-item.ts";
import { connect } from "../../../functions/adapters/signed/aws-endpoint.ts";
import { signedDynamoDb } from "../../../functions/adapters/signed/dynamo-db.ts";
import { signerFor } from "../../../functions/adapters/signed/signature.ts";

/** What DynamoDB answers, one after the other; `undefined` breaks the connection. */
let answers: (readonly [status: number, type: string] | undefined)[] = [];
let asked = 0;

const refusal = "ConditionalCheckFailedException";
const item = { pk: { S: "a" }, sk: { S: "b" } };
const earlier = { ...item, by: { S: "somebody else" } };

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const answer = answers[asked++];
    if (!answer) return void response.destroy();
    const [status, type] = answer;
    const body = {
      __type: `com.amazonaws.dynamodb.v20120810#${type}`,
      ...(type === refusal && { Item: earlier }),
    };
    response.writeHead(status).end(JSON.stringify(body));
  });
});

beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const put = (script: typeof answers) => {
  answers = script;
  asked = 0;
  const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const sign = signerFor({ accessKeyId: "a", secretAccessKey: "b" }, "eu-west-1", "dynamodb");
  return putNewItem(signedDynamoDb(connect(address, sign)), "table", item);
};

const ok = [200, ""] as const;
const exists = [400, refusal] as const;

test.each([
  ["stored at once", [ok], item, 1],
  ["there already", [exists], earlier, 1],
  ["throttled, then stored", [[400, "ProvisionedThroughputExceededException"], ok], item, 2],
  ["a broken server, then stored", [[500, "InternalServerError"], ok], item, 2],
  // The lost answer may have been a yes: then it is there now, which is as good.
  ["a lost answer, then there", [undefined, exists], earlier, 2],
] as const)("%s", async (_case, script, outcome, attempts) => {
  expect(await put([...script])).toEqual(outcome);
  expect(asked).toBe(attempts);
});

test("what repeating does not help is not repeated", async () => {
  await expect(put([[400, "ValidationException"]])).rejects.toMatchObject({ name: "ValidationException" });
  await expect(put([[400, "AccessDeniedException"]])).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  expect(asked).toBe(1);
});

test("after four attempts it gives up, and says so", async () => {
  await expect(put(Array.from({ length: 9 }, () => [503, "ServiceUnavailable"] as const))).rejects.toThrow(
    /503/,
  );
  expect(asked).toBe(4);
});

test("after standing still it gives up: a usage event must not be stored later than it thinks", async () => {
  const clock = vi.spyOn(Date, "now").mockReturnValueOnce(0).mockReturnValue(leaseTerms.storeMsMax);
  await expect(put([[500, "InternalServerError"], ok])).rejects.toThrow(/500/);
  clock.mockRestore();
  expect(asked).toBe(1);
});
