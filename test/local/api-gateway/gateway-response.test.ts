import { expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { gatewayResponse, lambda, method, restApi, serve } from "./fake-api.ts";
import { fakeFunction, payload } from "./fake-function.ts";

const backend = (): ReturnType<typeof fakeFunction> =>
  fakeFunction("backend", () => payload({ statusCode: 200, body: "ok" }));

const oneRoute = (stage: Record<string, unknown> = {}): ReturnType<typeof restApi> => ({
  ...restApi({ stage }),
  ...method("POST", "/v1/chat", lambda("backend")),
});

test("an unknown route is AWS's missing authentication token, unless the template says otherwise", async () => {
  const plain = await serve(oneRoute(), [backend()]);
  const response = await fetch(`${plain.url}/nowhere`);
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({ message: "Missing Authentication Token" });

  const own = await serve(
    {
      ...oneRoute(),
      ...gatewayResponse("MISSING_AUTHENTICATION_TOKEN", {
        StatusCode: "404",
        ResponseParameters: {
          "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
          "gatewayresponse.header.x-request-id": "context.requestId",
        },
        ResponseTemplates: {
          "application/json":
            '{"error":{"message":$context.error.messageString,"type":"$context.error.responseType"}}',
        },
      }),
    },
    [backend()],
  );
  const overridden = await fetch(`${own.url}/nowhere`);
  expect(overridden.status).toBe(404);
  expect(overridden.headers.get("access-control-allow-origin")).toBe("*");
  expect(overridden.headers.get("x-request-id")).toBe(overridden.headers.get("x-amzn-requestid"));
  expect(await overridden.json()).toEqual({
    error: { message: "Missing Authentication Token", type: "MISSING_AUTHENTICATION_TOKEN" },
  });
});

test("a path outside the stage is Forbidden", async () => {
  const api = await serve(oneRoute(), [backend()]);
  const response = await fetch(`${new URL(api.url).origin}/v1/chat`, { method: "POST" });
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({ message: "Forbidden" });
});

test("DEFAULT_4XX speaks for every refusal that has no response of its own", async () => {
  const api = await serve(
    {
      ...oneRoute(),
      ...gatewayResponse("DEFAULT_4XX", {
        ResponseTemplates: { "application/json": '{"id":"$context.requestId"}' },
      }),
    },
    [backend()],
    { bodyBytesMax: 1000 },
  );
  const tooLarge = await fetch(`${api.url}/v1/chat`, { method: "POST", body: "x".repeat(1001) });
  expect(tooLarge.status).toBe(413);
  expect(await tooLarge.json()).toEqual({ id: tooLarge.headers.get("x-amzn-requestid") });
  const largest = await fetch(`${api.url}/v1/chat`, { method: "POST", body: "x".repeat(1000) });
  expect(largest.status).toBe(200);
});

test("headers above the quota are refused", async () => {
  const api = await serve(oneRoute(), [backend()]);
  const send = (bytes: number): Promise<Response> =>
    fetch(`${api.url}/v1/chat`, { method: "POST", headers: { "x-big": "x".repeat(bytes) } });
  expect((await send(9000)).status).toBe(200);
  expect((await send(10_240)).status).toBe(431);
});

test("a method's own throttle goes before the stage's, and refuses with 429", async () => {
  const api = await serve(
    {
      ...oneRoute({
        MethodSettings: [
          {
            HttpMethod: "*",
            ResourcePath: "/*",
            ThrottlingRateLimit: 1000,
            ThrottlingBurstLimit: 1000,
            DataTraceEnabled: false,
          },
          {
            HttpMethod: "POST",
            ResourcePath: "/~1v1~1chat",
            ThrottlingRateLimit: 1,
            ThrottlingBurstLimit: 2,
          },
        ],
      }),
    },
    [backend()],
  );
  const statuses = [];
  for (let call = 0; call < 3; call += 1) {
    statuses.push((await fetch(`${api.url}/v1/chat`, { method: "POST" })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  api.advance(1000);
  expect((await fetch(`${api.url}/v1/chat`, { method: "POST" })).status).toBe(200);
});

test("a preflight is answered by the mock integration, without a function", async () => {
  const answers = backend();
  const api = await serve(
    {
      ...restApi(),
      ...method("OPTIONS", "/v1/chat", {
        AuthorizationType: "NONE",
        ApiKeyRequired: false,
        Integration: {
          Type: "MOCK",
          RequestTemplates: { "application/json": "{ statusCode: 200 }" },
          IntegrationResponses: [
            {
              StatusCode: "204",
              ResponseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
            },
          ],
        },
        MethodResponses: [{ StatusCode: "204" }],
      }),
    },
    [answers],
  );
  const response = await fetch(`${api.url}/v1/chat`, { method: "OPTIONS" });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(answers.events).toEqual([]);
});

test("a mock integration without a response is a 500, as on AWS", async () => {
  const api = await serve({ ...restApi(), ...method("ANY", "/", { Integration: { Type: "MOCK" } }) }, []);
  expect((await fetch(`${api.url}/`)).status).toBe(500);
});

test("a missing required parameter is a 400 that names it", async () => {
  const api = await serve(
    {
      ...restApi(),
      Validator: {
        type: "AWS::ApiGateway::RequestValidator",
        properties: { RestApiId: "Api", ValidateRequestParameters: true },
      },
      ...method("GET", "/usage", {
        ...lambda("backend"),
        RequestValidatorId: "Validator",
        RequestParameters: {
          "method.request.querystring.from": true,
          "method.request.querystring.to": false,
        },
      }),
    },
    [backend()],
  );
  const refused = await fetch(`${api.url}/usage`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({ message: "Missing required request parameters: [from]" });
  expect((await fetch(`${api.url}/usage?from=1`)).status).toBe(200);
});

test("the access log has the template's fields and nothing of the content", async () => {
  const Format =
    '{"id":"$context.requestId","status":$context.status,"path":"$context.resourcePath","user":"$context.identity.user","bytes":$context.responseLength}';
  const DestinationArn = "arn:aws:logs:eu-west-1:111111111111:log-group:access";
  const api = await serve(oneRoute({ AccessLogSetting: { DestinationArn, Format } }), [backend()]);
  const response = await fetch(`${api.url}/v1/chat?q=canary`, { method: "POST", body: "canary" });
  await response.text();
  await until(() => api.log.some(({ kind }) => kind === "access-log"));
  expect(api.log).toContainEqual({
    kind: "access-log",
    region: "eu-west-1",
    line: `{"id":"${response.headers.get("x-amzn-requestid")}","status":200,"path":"/v1/chat","user":"-","bytes":2}`,
  });
  expect(JSON.stringify(api.log)).not.toContain("canary");
});

test.each([
  ["AuthorizationType", { AuthorizationType: "AWS_IAM" }, {}],
  ["ApiKeyRequired", { ApiKeyRequired: true }, {}],
  ["Integration", { Integration: { Type: "AWS", Uri: "x" } }, {}],
  ["disagrees", lambda("backend", { ResponseTransferMode: "STREAM" }), {}],
  ["TimeoutInMillis", lambda("backend", { TimeoutInMillis: 300_001 }), {}],
  ["Credentials", lambda("backend", { Credentials: "arn" }), {}],
  ["ResourceNotFoundException|missing", lambda("missing"), {}],
  ["DataTraceEnabled", lambda("backend"), { stage: { MethodSettings: [{ DataTraceEnabled: true }] } }],
  ["CanarySetting", lambda("backend"), { stage: { CanarySetting: {} } }],
  ["Policy", lambda("backend"), { api: { Policy: {} } }],
  [
    "\\$context.identity.cognitoIdentityId",
    lambda("backend"),
    {
      stage: {
        AccessLogSetting: {
          DestinationArn: "arn:aws:logs:eu-west-1:1:log-group:x",
          Format: "$context.identity.cognitoIdentityId",
        },
      },
    },
  ],
])("a template with an unmodelled %s does not start", async (named, properties, changes) => {
  const resources = { ...restApi(changes), ...method("GET", "/x", properties) };
  await expect(serve(resources, [backend()])).rejects.toThrow(new RegExp(named));
});

test.each([
  "$input.path('$')",
  "#if(true)",
  "$util.escapeJavaScript($context.requestId)",
  "$context.nothing",
])("a gateway response with %s does not start", async (template) => {
  const resources = {
    ...oneRoute(),
    ...gatewayResponse("UNAUTHORIZED", { ResponseTemplates: { "application/json": template } }),
  };
  await expect(serve(resources, [backend()])).rejects.toThrow("is not modelled locally");
});
