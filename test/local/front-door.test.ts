import { afterEach, beforeEach, expect, test } from "vitest";
import { AwsError, type AwsService } from "../../local/aws-service.ts";
import { createCallLog, type CallLog } from "../../local/call-log.ts";
import { startFrontDoor, type FrontDoor } from "../../local/front-door.ts";
import { createAccessKeys, type AccessKeys } from "../../local/iam/access-keys.ts";
import { administrator } from "../../local/iam/administrator.ts";

const nobody = {
  account: "1",
  roleArn: "arn:aws:iam::1:role/nobody",
  sessionArn: "arn:aws:sts::1:assumed-role/nobody/fn",
  policies: [],
};

const service = (protocol: AwsService["protocol"]): AwsService => ({
  protocol,
  checks: () => [{ action: "some:Read", resource: "arn:aws:some:::thing" }],
  handle: async (call) => {
    if (call.url.pathname === "/refuse")
      throw new AwsError("NotThere", "there is <nothing>", 404, { Key: "k" });
    if (call.url.pathname === "/break") throw new TypeError("a bug of the emulator");
    call.response.end(
      JSON.stringify({ region: call.region, role: call.caller.roleArn, body: call.body.toString() }),
    );
  },
});

let door: FrontDoor;
let accessKeys: AccessKeys;
let callLog: CallLog;
beforeEach(async () => {
  accessKeys = createAccessKeys();
  callLog = createCallLog();
  door = await startFrontDoor({ accessKeys, callLog, log: () => undefined });
  door.serve("dynamodb", service("json"));
  door.serve("lambda", service("rest-json"));
  door.serve("s3", service("rest-xml"));
});
afterEach(() => door.stop());

const credential = (accessKeyId: string, name: string) =>
  `${accessKeyId}/20260101/eu-west-1/${name}/aws4_request`;

const ask = (accessKeyId: string, name: string, route = "/"): Promise<Response> =>
  fetch(`${door.url}${route}`, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${credential(accessKeyId, name)}, SignedHeaders=host, Signature=0`,
    },
    body: "hello",
  });

const adminKey = (): string => accessKeys.issue(administrator("1")).accessKeyId;

test("service, region and caller come from the credential scope", async () => {
  const answer = await ask(adminKey(), "dynamodb");
  expect(await answer.json()).toEqual({
    region: "eu-west-1",
    role: "arn:aws:iam::1:role/administrator",
    body: "hello",
  });
});

test("a presigned address is answered as its signer", async () => {
  const query = new URLSearchParams({ "X-Amz-Credential": credential(adminKey(), "s3") });
  const answer = await fetch(`${door.url}/bucket/key?${query.toString()}`);
  expect(await answer.json()).toMatchObject({ role: "arn:aws:iam::1:role/administrator" });
});

test.each([
  ["dynamodb", 400, "AccessDeniedException"],
  ["lambda", 403, "AccessDeniedException"],
  ["s3", 403, "AccessDenied"],
])("a denial by %s is status %i and %s, and is remembered", async (name, status, code) => {
  const answer = await ask(accessKeys.issue(nobody).accessKeyId, name);
  const message =
    "User: arn:aws:sts::1:assumed-role/nobody/fn is not authorized to perform: some:Read on resource: arn:aws:some:::thing because no identity-based policy allows the some:Read action";
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(message);
  expect(answer.headers.get("x-amzn-errortype")).toBe(code);
  expect(door.denials()).toEqual([message]);
});

test.each([
  ["dynamodb", "application/x-amz-json-1.0", '"__type":"NotThere"'],
  ["s3", "application/xml", "<Code>NotThere</Code><Message>there is &lt;nothing&gt;</Message><Key>k</Key>"],
])("an error of %s has its protocol's form", async (name, contentType, text) => {
  const answer = await ask(adminKey(), name, "/refuse");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, contentType]);
  expect(await answer.text()).toContain(text);
});

test("a bug of an emulator is a 500, not a hanging call", async () => {
  const answer = await ask(adminKey(), "dynamodb", "/break");
  expect([answer.status, await answer.json()]).toMatchObject([500, { __type: "InternalFailure" }]);
});

test("unsigned calls, unknown keys and unknown services are refused", async () => {
  expect(await (await fetch(door.url)).json()).toMatchObject({ __type: "MissingAuthenticationToken" });
  expect(await (await ask("AKIAUNKNOWN", "dynamodb")).json()).toMatchObject({
    __type: "UnrecognizedClientException",
  });
  expect(await (await ask(adminKey(), "sns")).json()).toMatchObject({
    message: "sns has no local emulation",
  });
});

test("calls are logged only while the log is on", async () => {
  const key = adminKey();
  await ask(key, "dynamodb");
  callLog.start();
  await ask(key, "s3");
  callLog.stop();
  await ask(key, "dynamodb");
  expect(callLog.calls()).toEqual([
    {
      service: "s3",
      region: "eu-west-1",
      roleArn: "arn:aws:iam::1:role/administrator",
      action: "some:Read",
      resource: "arn:aws:some:::thing",
    },
  ]);
});
