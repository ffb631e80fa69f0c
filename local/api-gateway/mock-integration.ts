import { z } from "zod";
import { inert } from "../kms/parse-properties.ts";
import { compileHeaderMapping, type HeaderMapping } from "./header-mapping.ts";

/** A method that API Gateway answers by itself: CORS preflights. */
export type MockIntegration = {
  readonly type: "MOCK";
  /** Undefined where the template gives no response, as the CDK does for the root of a proxy: AWS answers 500. */
  readonly response: { readonly status: number; readonly headers: readonly HeaderMapping[] } | undefined;
};

const integrationResponse = z.strictObject({
  StatusCode: z.coerce.number().int().min(200).max(599),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.literal("", "a body is not modelled locally")).optional(),
});

export const mockIntegrationSchema = z.strictObject({
  Type: z.literal("MOCK"),
  // One response without a selection pattern: it is the default, whatever status the request template names.
  IntegrationResponses: z.tuple([integrationResponse]).optional(),
  RequestTemplates: z
    .record(z.string(), z.string().regex(/^\s*\{\s*"?statusCode"?\s*:\s*\d{3}\s*\}\s*$/))
    .optional(),
  PassthroughBehavior: inert,
});

export function readMockIntegration(
  properties: z.output<typeof mockIntegrationSchema>,
  where: string,
): MockIntegration {
  const response = properties.IntegrationResponses?.[0];
  if (response === undefined) return { type: "MOCK", response };
  const headers = Object.entries(response.ResponseParameters).map(([target, source]) =>
    compileHeaderMapping("method.response.header.", target, source, where),
  );
  return { type: "MOCK", response: { status: response.StatusCode, headers } };
}
