import { describe, expect, test } from "vitest";
import { functionNames, streamSecondsMax } from "../../../functions/contract.ts";
import { routes } from "../../../functions/openapi/describe/routes.ts";
import { exampleConfig } from "../example-config.ts";
import { resourcesOf } from "./resources-of.ts";
import { routesOf } from "./routes.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = synthesize(exampleConfig());
const template = synthesized.template("api-us-east-1");

const propertiesOf = (type: string) =>
  Object.values(template.findResources(type)).map(({ Properties: properties }) => properties);

test("every route is described in the reference, with whether it needs a key, and no other", () => {
  const deployed = [...routesOf(template)].map((route) => route.replace(/ -> .* for /, " for "));
  const described = routes.map(
    ({ method, path, isOpen }) =>
      `${method.toUpperCase()} ${path} for ${isOpen ? "everybody" : "key holders"}`,
  );
  expect(described.toSorted()).toEqual(deployed.toSorted());
});

test("each route reaches its function, and only health and the description need no key", () => {
  expect(routesOf(template)).toEqual(
    new Set([
      "POST /v1/chat/completions -> infer (STREAM, 510 s) for key holders",
      "POST /v1/responses -> infer (STREAM, 510 s) for key holders",
      "POST /v1/completions -> infer (STREAM, 510 s) for key holders",
      "POST /v1/embeddings -> infer (STREAM, 510 s) for key holders",
      "POST /v1/audio/transcriptions -> infer (STREAM, 510 s) for key holders",
      "POST /v1/images/generations -> infer (STREAM, 510 s) for key holders",
      "POST /v1/images/classifications -> infer (STREAM, 510 s) for key holders",
      "POST /v1/moderations -> infer (STREAM, 510 s) for key holders",
      "POST /v1/models/{model}/predict -> infer (STREAM, 510 s) for key holders",
      "GET /v1/models -> models for key holders",
      "GET /v1/models/{model} -> models for key holders",
      "GET /v1/generations/{id} -> generations for key holders",
      "GET /v1/balance -> balance for key holders",
      "GET /v1/usage -> usage for key holders",
      "GET /v1/invoices -> invoices for key holders",
      "GET /v1/invoices/{id} -> invoice (STREAM, 510 s) for key holders",
      "POST /v1/files -> files for key holders",
      "GET /v1/files -> files for key holders",
      "GET /v1/files/{id} -> files for key holders",
      "DELETE /v1/files/{id} -> files for key holders",
      "GET /v1/files/{id}/content -> file-content (STREAM, 510 s) for key holders",
      "POST /v1/batches -> batches for key holders",
      "GET /v1/batches -> batches for key holders",
      "GET /v1/batches/{id} -> batches for key holders",
      "POST /v1/batches/{id}/cancel -> batches for key holders",
      "GET /v1/openapi.json -> openapi for everybody",
      "GET /health -> health for everybody",
    ]),
  );
});

test("a preflight lets a browser send a key and whatever headers OpenAI's client adds", () => {
  const preflights = propertiesOf("AWS::ApiGateway::Method").filter(
    ({ HttpMethod: method }) => method === "OPTIONS",
  );
  expect(preflights.length).toBeGreaterThan(0);
  for (const preflight of preflights)
    expect(preflight).toMatchObject({
      AuthorizationType: "NONE",
      Integration: {
        Type: "MOCK",
        IntegrationResponses: [
          {
            ResponseParameters: {
              "method.response.header.Access-Control-Allow-Origin": "'*'",
              "method.response.header.Access-Control-Allow-Methods": "'GET,POST,DELETE'",
              "method.response.header.Access-Control-Allow-Headers": "'Authorization,*'",
            },
          },
        ],
      },
    });
});

test("a key's verdict is cached for a minute, by the key", () => {
  expect(propertiesOf("AWS::ApiGateway::Authorizer")).toMatchObject([
    {
      Type: "REQUEST",
      IdentitySource: "method.request.header.Authorization",
      AuthorizerResultTtlInSeconds: 60,
    },
  ]);
});

test("JSON, uploads and what models are asked about arrive as the bytes that were sent", () => {
  expect(propertiesOf("AWS::ApiGateway::RestApi")).toMatchObject([
    {
      BinaryMediaTypes: [
        "application/json",
        "application/octet-stream",
        "audio/*",
        "image/*",
        "multipart/form-data",
        "text/*",
        "video/*",
      ],
      EndpointConfiguration: { Types: ["REGIONAL"] },
    },
  ]);
});

test("the stage throttles, and its access log has neither content nor credentials", () => {
  const [stage] = propertiesOf("AWS::ApiGateway::Stage");
  expect(stage).toMatchObject({
    MethodSettings: [
      {
        HttpMethod: "*",
        ResourcePath: "/*",
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 500,
        DataTraceEnabled: false,
      },
    ],
  });
  const logged = JSON.stringify(stage?.AccessLogSetting).match(/\$context\.[\w.]+/g);
  expect(new Set(logged)).toEqual(
    new Set([
      "$context.requestId",
      "$context.requestTime",
      "$context.httpMethod",
      "$context.resourcePath",
      "$context.status",
      "$context.authorizer.principalId",
      "$context.identity.sourceIp",
      "$context.responseLength",
      "$context.responseLatency",
      "$context.error.responseType",
    ]),
  );
});

describe("what API Gateway says by itself", () => {
  const responses = new Map(
    propertiesOf("AWS::ApiGateway::GatewayResponse").map((response) => [response.ResponseType, response]),
  );

  /** The body with API Gateway's variables filled in, as a client reads it. */
  const bodyOf = (type: string): unknown => {
    const body: string = responses.get(type)?.ResponseTemplates["application/json"];
    return JSON.parse(
      body
        .replaceAll("$context.error.messageString", '"Invalid request body"')
        .replaceAll(/\$context\.authorizer\.(\w+)/g, "<$1>"),
    );
  };

  test.each<[type: string, status: string | undefined, errorType: string, code: string]>([
    ["UNAUTHORIZED", "401", "authentication_error", "missing_api_key"],
    ["ACCESS_DENIED", "401", "authentication_error", "<code>"],
    ["MISSING_AUTHENTICATION_TOKEN", "404", "not_found_error", "unknown_url"],
    ["RESOURCE_NOT_FOUND", "404", "not_found_error", "unknown_url"],
    ["REQUEST_TOO_LARGE", "413", "invalid_request_error", "request_too_large"],
    ["UNSUPPORTED_MEDIA_TYPE", "415", "invalid_request_error", "unsupported_media_type"],
    ["THROTTLED", "429", "rate_limit_error", "rate_limited"],
    ["INTEGRATION_FAILURE", "502", "api_error", "internal_error"],
    ["INTEGRATION_TIMEOUT", "504", "api_error", "model_timeout"],
    ["DEFAULT_4XX", undefined, "invalid_request_error", "invalid_request"],
    ["DEFAULT_5XX", undefined, "api_error", "internal_error"],
  ])(
    "%s is an error in OpenAI's shape, with a request id, for browsers too",
    (type, status, errorType, code) => {
      expect(responses.get(type)?.StatusCode).toBe(status);
      expect(bodyOf(type)).toEqual({
        error: { message: expect.stringMatching(/./), type: errorType, param: null, code },
      });
      expect(responses.get(type)?.ResponseParameters).toMatchObject({
        "gatewayresponse.header.x-request-id": "context.requestId",
        "gatewayresponse.header.access-control-allow-origin": "'*'",
      });
    },
  );

  test("a throttled client is told when to come back, and one that ran out of time not to", () => {
    expect(responses.get("THROTTLED")?.ResponseParameters).toMatchObject({
      "gatewayresponse.header.retry-after": "'1'",
    });
    expect(responses.get("INTEGRATION_TIMEOUT")?.ResponseParameters).toMatchObject({
      "gatewayresponse.header.x-should-retry": "'false'",
    });
  });

  test("with one allowed origin names it, and with several answers whoever asks", () => {
    const allowedBy = (allowedOrigins: string[]) =>
      Object.values(
        synthesize(exampleConfig({ allowedOrigins }))
          .template("api-us-east-1")
          .findResources("AWS::ApiGateway::GatewayResponse", { Properties: { ResponseType: "THROTTLED" } }),
      ).map(
        ({ Properties: properties }) =>
          properties.ResponseParameters["gatewayresponse.header.access-control-allow-origin"],
      );
    expect(allowedBy(["https://a.example"])).toEqual(["'https://a.example'"]);
    expect(allowedBy(["https://a.example", "https://b.example"])).toEqual(["method.request.header.Origin"]);
  });
});

describe("every function", () => {
  const functions = resourcesOf(synthesized, "AWS::Lambda::Function").map(({ properties }) => properties);
  const infer = functions.find(({ FunctionName: name }) => name === "farebox-test-infer");

  test("runs on Lambda's Node 24 on ARM, with a log group of its own", () => {
    expect(functions).toHaveLength(functionNames.length);
    for (const properties of functions)
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        LoggingConfig: { LogGroup: { Ref: expect.stringMatching(/Log/) } },
      });
  });

  test("is told the stage and the allowed origins", () => {
    for (const properties of functions)
      expect(properties.Environment.Variables).toMatchObject({
        FAREBOX_STAGE: "test",
        FAREBOX_ALLOWED_ORIGINS: "*",
      });
  });

  test("that may use a table is told its name", () => {
    expect(infer.Environment.Variables).toMatchObject({
      FAREBOX_DIRECTORY_TABLE: "farebox-test-directory",
      FAREBOX_USAGE_TABLE: { "Fn::GetStackOutput": { StackName: "farebox-test-data-us-east-1" } },
    });
  });

  test("that calls models is told of hosts that images may come from, where there are some", () => {
    expect(infer.Environment.Variables).not.toHaveProperty("FAREBOX_IMAGE_HOSTS");
    const listing = synthesize(exampleConfig({ imageHosts: ["a.example.com", "b.example.com"] }));
    const told = resourcesOf(listing, "AWS::Lambda::Function").map(({ properties }): [string, unknown] => [
      properties.FunctionName,
      properties.Environment.Variables.FAREBOX_IMAGE_HOSTS,
    ]);
    expect(new Map(told.filter(([, hosts]) => hosts !== undefined))).toEqual(
      new Map([
        ["farebox-test-infer", "a.example.com,b.example.com"],
        ["farebox-test-run-batch", "a.example.com,b.example.com"],
      ]),
    );
  });

  test("gives up before its gateway does, and infer after the longest answer", () => {
    expect(infer.Timeout).toBeGreaterThan(streamSecondsMax);
    expect(infer.Timeout).toBeLessThan(510);
    const quick = propertiesOf("AWS::Lambda::Function").filter(
      ({ FunctionName: name }) => name !== infer.FunctionName,
    );
    expect(Math.max(...quick.map(({ Timeout: seconds }) => seconds))).toBeLessThan(29);
  });
});

test("lost usage events, late ones and failing answers raise alarms", () => {
  const log = { LogGroupName: { Ref: expect.stringMatching(/^InferLog/) } };
  expect(propertiesOf("AWS::Logs::MetricFilter")).toMatchObject([
    { ...log, FilterPattern: '{ $.event = "usage_event_unrecorded" }' },
    { ...log, FilterPattern: '{ $.event = "usage_event_late" }' },
  ]);
  expect(propertiesOf("AWS::CloudWatch::Alarm")).toMatchObject([
    { Namespace: "Farebox/test", MetricName: "UnrecordedUsageEvents", Threshold: 1 },
    { Namespace: "Farebox/test", MetricName: "LateUsageEvents", Threshold: 1 },
    { Namespace: "AWS/ApiGateway", MetricName: "5XXError", Threshold: 10 },
  ]);
});
