import { onTestFinished } from "vitest";
import { awsGatewayLimits, type GatewayLimits } from "../../../local/api-gateway/gateway-limits.ts";
import { startApiGateways } from "../../../local/api-gateway/start-api-gateways.ts";
import type { LogEvent } from "../../../local/log-event.ts";
import { fakeDeployment, type FakeResource } from "./fake-deployment.ts";
import { fakeFunctions, functionArn, type FakeFunction } from "./fake-function.ts";

type Changes = Readonly<Record<string, unknown>>;

const api = { RestApiId: "Api" };

const lambdaUri = (name: string, stream = false): string =>
  `arn:aws:apigateway:eu-west-1:lambda:path/${stream ? "2021-11-15" : "2015-03-31"}/functions/${functionArn(name)}/` +
  (stream ? "response-streaming-invocations" : "invocations");

/** An API with a root and one stage called prod, as the CDK writes them. */
export const restApi = (changes: { api?: Changes; stage?: Changes } = {}): Record<string, FakeResource> => ({
  Api: {
    type: "AWS::ApiGateway::RestApi",
    properties: { Name: "Api", EndpointConfiguration: { Types: ["REGIONAL"] }, ...changes.api },
    attributes: { RootResourceId: "root" },
  },
  Deployment: { type: "AWS::ApiGateway::Deployment", properties: { ...api, Description: "by the CDK" } },
  Stage: {
    type: "AWS::ApiGateway::Stage",
    properties: { ...api, StageName: "prod", DeploymentId: "Deployment", ...changes.stage },
    ref: "prod",
  },
});

/** A chain of resources for the path, and the method at its end. */
export function method(verb: string, path: string, properties: Changes): Record<string, FakeResource> {
  const resources: Record<string, FakeResource> = {};
  let parent = "root";
  for (const segment of path.split("/").filter((part) => part !== "")) {
    const id = `${parent}/${segment}`;
    resources[id] = {
      type: "AWS::ApiGateway::Resource",
      properties: { ...api, ParentId: parent, PathPart: segment },
    };
    parent = id;
  }
  resources[`${verb} ${path}`] = {
    type: "AWS::ApiGateway::Method",
    properties: { ...api, ResourceId: parent, HttpMethod: verb, ...properties },
  };
  return resources;
}

export const lambda = (name: string, changes: Changes = {}): Changes => ({
  Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: lambdaUri(name), ...changes },
});

export const streamingLambda = (name: string, changes: Changes = {}): Changes =>
  lambda(name, {
    Uri: lambdaUri(name, true),
    ResponseTransferMode: "STREAM",
    TimeoutInMillis: 900_000,
    ...changes,
  });

export const authorizer = (name: string, changes: Changes = {}): Record<string, FakeResource> => ({
  Authorizer: {
    type: "AWS::ApiGateway::Authorizer",
    properties: {
      ...api,
      Name: "Authorizer",
      Type: "REQUEST",
      AuthorizerUri: lambdaUri(name),
      IdentitySource: "method.request.header.Authorization",
      AuthorizerResultTtlInSeconds: 60,
      ...changes,
    },
  },
});

export const authorized: Changes = { AuthorizationType: "CUSTOM", AuthorizerId: "Authorizer" };

export const gatewayResponse = (type: string, changes: Changes): Record<string, FakeResource> => ({
  [`GatewayResponse${type}`]: {
    type: "AWS::ApiGateway::GatewayResponse",
    properties: { ...api, ResponseType: type, ...changes },
  },
});

export type ServedApi = {
  readonly url: string;
  readonly log: readonly LogEvent[];
  /** Moves the gateway's clock. */
  advance(ms: number): void;
};

/** Serves the API until the test is over. Its clock stands still. */
export async function serve(
  resources: Record<string, FakeResource>,
  functions: readonly FakeFunction[],
  limits: Partial<GatewayLimits> = {},
): Promise<ServedApi> {
  const log: LogEvent[] = [];
  let nowMs = Date.UTC(2026, 10, 23, 12);
  const gateways = await startApiGateways(fakeDeployment(resources), fakeFunctions(...functions), {
    log: (event) => log.push(event),
    now: () => nowMs,
    limits: { ...awsGatewayLimits, ...limits },
  });
  onTestFinished(() => gateways.stop());
  const [served] = gateways.apis;
  if (served === undefined) throw new Error("no API was started");
  return {
    url: served.url,
    log,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
