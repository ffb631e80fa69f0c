import { expect, test } from "vitest";
import {
  authorized,
  authorizer,
  gatewayResponse,
  lambda,
  method,
  restApi,
  serve,
  type ServedApi,
} from "./fake-api.ts";
import { failure, fakeFunction, payload } from "./fake-function.ts";

const ok = (): ReturnType<typeof fakeFunction> =>
  fakeFunction("backend", () => payload({ statusCode: 200, body: "ok" }));

const policy = (Effect: string, Resource: string, context?: unknown): ReturnType<typeof payload> =>
  payload({
    principalId: "key_1",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect, Action: "execute-api:Invoke", Resource }],
    },
    ...(context === undefined ? {} : { context }),
  });

const wholeStage = "arn:aws:execute-api:eu-west-1:111111111111:Api/prod/*";

const protectedApi = (changes?: Record<string, unknown>): ReturnType<typeof restApi> => ({
  ...restApi(),
  ...authorizer("authorize", changes),
  ...method("GET", "/a", { ...lambda("backend"), ...authorized }),
  ...method("GET", "/b", { ...lambda("backend"), ...authorized }),
});

const get = (api: ServedApi, path: string, key?: string): Promise<Response> =>
  fetch(`${api.url}${path}`, { headers: key === undefined ? {} : { authorization: key } });

test("a request without its identity source is a 401, and the authorizer is not asked", async () => {
  const authorize = fakeFunction("authorize", () => policy("Allow", wholeStage));
  const api = await serve(protectedApi(), [authorize, ok()]);
  const response = await get(api, "/a");
  expect(response.status).toBe(401);
  expect(response.headers.get("x-amzn-errortype")).toBe("UnauthorizedException");
  expect(await response.json()).toEqual({ message: "Unauthorized" });
  expect(authorize.events).toEqual([]);
});

test("an answer is reused across methods for its time to live, and then asked for again", async () => {
  const authorize = fakeFunction("authorize", () => policy("Allow", wholeStage));
  const backend = ok();
  const api = await serve(protectedApi(), [authorize, backend]);
  for (const path of ["/a", "/b", "/a"]) expect((await get(api, path, "k1")).status).toBe(200);
  expect(authorize.events).toHaveLength(1);
  await get(api, "/a", "k2");
  expect(authorize.events).toHaveLength(2);
  api.advance(60_000);
  await get(api, "/a", "k1");
  expect(authorize.events).toHaveLength(3);
});

test("every identity source is part of the cache key", async () => {
  const authorize = fakeFunction("authorize", () => policy("Allow", wholeStage));
  const IdentitySource =
    "method.request.header.Authorization, method.request.querystring.tenant, context.identity.sourceIp";
  const api = await serve(protectedApi({ IdentitySource }), [authorize, ok()]);
  expect((await get(api, "/a?tenant=x", "k1")).status).toBe(200);
  expect((await get(api, "/a?tenant=y", "k1")).status).toBe(200);
  expect((await get(api, "/a?tenant=x", "k1")).status).toBe(200);
  expect((await get(api, "/a", "k1")).status).toBe(401);
  expect(authorize.events).toHaveLength(2);
});

test("a refusal is cached too, and its context reaches the ACCESS_DENIED response", async () => {
  const authorize = fakeFunction("authorize", () => policy("Deny", "*", { code: "key_revoked" }));
  const api = await serve(
    {
      ...protectedApi(),
      ...gatewayResponse("ACCESS_DENIED", {
        StatusCode: "401",
        ResponseTemplates: { "application/json": '{"code":"$context.authorizer.code"}' },
      }),
    },
    [authorize, ok()],
  );
  for (const path of ["/a", "/b"]) {
    const response = await get(api, path, "k1");
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ code: "key_revoked" });
  }
  expect(authorize.events).toHaveLength(1);
});

test("throwing Unauthorized is a 401 that is not cached", async () => {
  const authorize = fakeFunction("authorize", () => failure("Unauthorized"));
  const api = await serve(protectedApi(), [authorize, ok()]);
  expect((await get(api, "/a", "k1")).status).toBe(401);
  expect((await get(api, "/a", "k1")).status).toBe(401);
  expect(authorize.events).toHaveLength(2);
});

test("a cached policy that names one method refuses the others", async () => {
  const authorize = fakeFunction("authorize", ({ methodArn }) => policy("Allow", String(methodArn)));
  const api = await serve(protectedApi(), [authorize, ok()]);
  expect((await get(api, "/a", "k1")).status).toBe(200);
  const refused = await get(api, "/b", "k1");
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({ Message: "User is not authorized to access this resource" });
});

test.each([
  ["a crash", failure("boom")],
  ["a nested context", policy("Allow", wholeStage, { principal: { id: 1 } })],
  ["no policy", payload({ principalId: "x" })],
  ["nothing", payload(null)],
])("%s of the authorizer is a 500 without an explanation", async (_, answer) => {
  const backend = ok();
  const api = await serve(protectedApi(), [fakeFunction("authorize", () => answer), backend]);
  const response = await get(api, "/a", "k1");
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: null });
  expect(backend.events).toEqual([]);
});

test("an authorizer without a Lambda permission is never invoked", async () => {
  const source = "arn:aws:execute-api:eu-west-1:111111111111:Api/authorizers/Authorizer";
  const asked: string[] = [];
  const authorize = fakeFunction(
    "authorize",
    () => policy("Allow", wholeStage),
    (_service, sourceArn) => {
      asked.push(sourceArn);
      return false;
    },
  );
  const api = await serve(protectedApi(), [authorize, ok()]);
  expect((await get(api, "/a", "k1")).status).toBe(500);
  expect(asked).toEqual([source]);
  expect(authorize.events).toEqual([]);
});

test("the authorizer sees the request without its body; the function sees its context as strings", async () => {
  const authorize = fakeFunction("authorize", () => policy("Allow", wholeStage, { limit: 5, live: true }));
  const backend = ok();
  const api = await serve(protectedApi(), [authorize, backend]);
  await get(api, "/a", "k1");
  expect(authorize.events[0]).toMatchObject({
    type: "REQUEST",
    methodArn: "arn:aws:execute-api:eu-west-1:111111111111:Api/prod/GET/a",
    pathParameters: {},
    queryStringParameters: {},
  });
  expect(authorize.events[0]).not.toHaveProperty("body");
  expect(backend.events[0]).toMatchObject({
    requestContext: {
      authorizer: { principalId: "key_1", limit: "5", live: "true", integrationLatency: 0 },
    },
  });
});
