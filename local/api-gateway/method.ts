import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { Functions } from "../lambda/function-runner.ts";
import type { Authorizer } from "./authorizer.ts";
import {
  lambdaIntegrationSchema,
  readLambdaIntegration,
  type LambdaIntegration,
} from "./lambda-integration.ts";
import { mockIntegrationSchema, readMockIntegration, type MockIntegration } from "./mock-integration.ts";
import { requiredParameters, type RequiredParameter } from "./required-parameters.ts";
import type { Routed } from "./route-table.ts";
import { createThrottle, type Throttle } from "./throttle.ts";
import type { Stage } from "./stage.ts";

/** A verb on a path, with everything API Gateway does for it. */
export type Method = Routed & {
  readonly resourceId: string;
  readonly authorizer: Authorizer | undefined;
  readonly requiredParameters: readonly RequiredParameter[];
  /** Each method has a bucket of its own; the stage's settings are the default limit *per method*. */
  readonly throttle: Throttle | undefined;
  readonly integration: LambdaIntegration | MockIntegration;
};

/** The other resources of the API that a method points at. */
export type MethodSurroundings = {
  readonly functions: Functions;
  readonly stage: Stage;
  readonly resourcePaths: ReadonlyMap<string, string>;
  readonly authorizers: ReadonlyMap<string, Authorizer>;
  /** Ids of the validators that check parameters. */
  readonly parameterValidators: ReadonlySet<string>;
};

const schema = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.enum(["NONE", "CUSTOM"], "only NONE and CUSTOM are modelled locally").default("NONE"),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.literal(false, "API keys and usage plans are not modelled locally").optional(),
  RequestParameters: z.record(z.string(), z.boolean()).default({}),
  RequestValidatorId: z.string().optional(),
  Integration: z.discriminatedUnion("Type", [lambdaIntegrationSchema, mockIntegrationSchema]),
  // Documentation only: proxy integrations answer with what the function says.
  MethodResponses: inert,
  OperationName: inert,
  // Checked by body validators only, and those are refused.
  RequestModels: inert,
});

export function readMethod(resource: Resource, around: MethodSurroundings): Method {
  const properties = parseProperties(resource, schema);
  const where = `${resource.stack.name}/${resource.logicalId}`;
  const resourcePath = around.resourcePaths.get(properties.ResourceId);
  if (resourcePath === undefined) throw new Error(`${where}: resource ${properties.ResourceId} is unknown`);

  const authorizer =
    properties.AuthorizerId === undefined ? undefined : around.authorizers.get(properties.AuthorizerId);
  if ((properties.AuthorizationType === "CUSTOM") !== (authorizer !== undefined)) {
    throw new Error(
      `${where}: AuthorizationType ${properties.AuthorizationType} disagrees with AuthorizerId`,
    );
  }
  const limit = around.stage.throttleLimit(resourcePath, properties.HttpMethod);
  const validates =
    properties.RequestValidatorId !== undefined &&
    around.parameterValidators.has(properties.RequestValidatorId);
  return {
    resourceId: properties.ResourceId,
    resourcePath,
    method: properties.HttpMethod,
    authorizer,
    requiredParameters: validates ? requiredParameters(properties.RequestParameters, where) : [],
    throttle: limit === undefined ? undefined : createThrottle(limit),
    integration:
      properties.Integration.Type === "MOCK"
        ? readMockIntegration(properties.Integration, where)
        : readLambdaIntegration(properties.Integration, around.functions, resource.stack.region, where),
  };
}
