import { z } from "zod";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { Functions } from "../lambda/function-runner.ts";
import { createAuthorizer } from "./authorizer.ts";
import { readGatewayResponse, type GatewayResponses } from "./gateway-response.ts";
import { readMethod, type Method } from "./method.ts";
import { createRouteTable, type RouteTable } from "./route-table.ts";
import { readStage, type Stage } from "./stage.ts";

/** A REST API of the templates, ready to serve. */
export type RestApi = {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly domainName: string;
  /** `arn:aws:execute-api:<region>:<account>:<api>`, the start of every method's and authorizer's ARN. */
  readonly executeArn: string;
  readonly endpointType: "REGIONAL" | "EDGE";
  readonly binaryMediaTypes: readonly string[];
  readonly stage: Stage;
  readonly routes: RouteTable<Method>;
  readonly gatewayResponses: GatewayResponses;
};

const apiSchema = z.strictObject({
  Name: z.string(),
  BinaryMediaTypes: z.array(z.string()).default([]),
  EndpointConfiguration: z
    .strictObject({
      Types: z.tuple([z.enum(["REGIONAL", "EDGE"])]),
      // Addressing only: there is one address here.
      IpAddressType: inert,
    })
    .default({ Types: ["EDGE"], IpAddressType: undefined }),
  DisableExecuteApiEndpoint: z.literal(false, "an API without its own endpoint cannot be reached").optional(),
  ApiKeySourceType: z.literal("HEADER").optional(),
  Description: inert,
  FailOnWarnings: inert,
  // There is no TLS on loopback.
  SecurityPolicy: inert,
  EndpointAccessMode: inert,
  Tags: inert,
});

const resourceSchema = z.strictObject({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() });

// A deployment is a snapshot: the template is always what is deployed here.
const deploymentSchema = z.strictObject({ RestApiId: z.string(), Description: inert });

const validatorSchema = z.strictObject({
  RestApiId: z.string(),
  Name: inert,
  ValidateRequestParameters: z.boolean().default(false),
  ValidateRequestBody: z.literal(false, "body validation is not modelled locally").optional(),
});

/** Reads an `AWS::ApiGateway::RestApi` and all that belongs to it. Throws on anything that is not modelled. */
export function readRestApi(resource: Resource, deployment: Deployment, functions: Functions): RestApi {
  const properties = parseProperties(resource, apiSchema);
  const { region, account } = resource.stack;
  const id = resource.ref;
  const own = (type: string): readonly Resource[] =>
    deployment
      .resources(`AWS::ApiGateway::${type}`)
      .filter((other) => other.stack.region === region && other.properties["RestApiId"] === id);

  const [stage, ...otherStages] = own("Stage");
  if (stage === undefined || otherStages.length > 0) {
    throw new Error(`${resource.stack.name}/${resource.logicalId}: exactly one stage is modelled locally`);
  }
  for (const snapshot of own("Deployment")) parseProperties(snapshot, deploymentSchema);
  const surroundings = {
    functions,
    stage: readStage(stage),
    resourcePaths: readResourcePaths(resource.attribute("RootResourceId"), own("Resource")),
    authorizers: new Map(own("Authorizer").map((item) => [item.ref, createAuthorizer(item, functions)])),
    parameterValidators: new Set(
      own("RequestValidator")
        .filter((item) => parseProperties(item, validatorSchema).ValidateRequestParameters)
        .map((item) => item.ref),
    ),
  };
  return {
    id,
    name: properties.Name,
    region,
    account,
    domainName: `${id}.execute-api.${region}.amazonaws.com`,
    executeArn: `arn:aws:execute-api:${region}:${account}:${id}`,
    endpointType: properties.EndpointConfiguration.Types[0],
    binaryMediaTypes: properties.BinaryMediaTypes,
    stage: surroundings.stage,
    routes: createRouteTable(own("Method").map((method) => readMethod(method, surroundings))),
    gatewayResponses: new Map(own("GatewayResponse").map((response) => readGatewayResponse(response))),
  };
}

/** Path by resource id. Parents may come after their children. */
function readResourcePaths(rootId: string, resources: readonly Resource[]): ReadonlyMap<string, string> {
  const byId = new Map(
    resources.map((resource) => [resource.ref, parseProperties(resource, resourceSchema)]),
  );
  const pathOf = (id: string): string => {
    if (id === rootId) return "";
    const found = byId.get(id);
    if (found === undefined) throw new Error(`API Gateway resource ${id} is in no template`);
    return `${pathOf(found.ParentId)}/${found.PathPart}`;
  };
  return new Map([[rootId, "/"], ...[...byId.keys()].map((id) => [id, pathOf(id)] as const)]);
}
