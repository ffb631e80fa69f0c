import type { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";

const resourceSchema = z.object({
  PathPart: z.string(),
  ParentId: z.union([z.object({ Ref: z.string() }), z.object({ "Fn::GetAtt": z.unknown() })]),
});

const methodSchema = z.object({
  HttpMethod: z.string(),
  ResourceId: z.object({ Ref: z.string() }),
  AuthorizationType: z.enum(["CUSTOM", "NONE"]),
  AuthorizerId: z.object({ Ref: z.string() }).optional(),
  Integration: z.object({
    Type: z.literal("AWS_PROXY"),
    Uri: z.unknown(),
    ResponseTransferMode: z.literal("STREAM").optional(),
    TimeoutInMillis: z.number().optional(),
  }),
});

/** The routes of an API's stack, preflights aside, as `<method> <path> -> <function> for <whom>`. */
export const routesOf = (template: Pick<Template, "findResources">): ReadonlySet<string> => {
  const resources = template.findResources("AWS::ApiGateway::Resource");
  const functions = template.findResources("AWS::Lambda::Function");

  const pathOf = (id: string): string => {
    const { PathPart: part, ParentId: parent } = resourceSchema.parse(resources[id]?.["Properties"]);
    return `${"Ref" in parent ? pathOf(parent.Ref) : ""}/${part}`;
  };
  const functionBehind = (uri: unknown): string => {
    const id = Object.keys(functions).find((id) => JSON.stringify(uri).includes(`"${id}"`));
    return String(functions[id ?? ""]?.["Properties"].FunctionName).replace(/^farebox-[a-z0-9]+-/, "");
  };

  const methods = Object.values(template.findResources("AWS::ApiGateway::Method"))
    .map(({ Properties: properties }) => properties)
    .filter(({ HttpMethod: method }) => method !== "OPTIONS")
    .map((properties) => methodSchema.parse(properties));
  return new Set(
    methods.map(
      ({ HttpMethod: method, ResourceId: resource, Integration: integration, AuthorizerId: authorizer }) => {
        const { ResponseTransferMode: mode, TimeoutInMillis: timeoutMs = 29_000, Uri: uri } = integration;
        const streaming = mode === undefined ? "" : ` (${mode}, ${timeoutMs / 1000} s)`;
        const whom = authorizer === undefined ? "everybody" : "key holders";
        return `${method} ${pathOf(resource.Ref)} -> ${functionBehind(uri)}${streaming} for ${whom}`;
      },
    ),
  );
};
