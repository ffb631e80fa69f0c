import { z } from "zod";
import { inert } from "../kms/parse-properties.ts";
import { compileHeaderMapping, type HeaderMapping } from "./header-mapping.ts";

/** A method that API Gateway answers by itself: CORS preflights. */
export type MockIntegration = {
  readonly type: "MOCK";
  readonly status: number;
  readonly headers: readonly HeaderMapping[];
};

const integrationResponse = z.strictObject({
  StatusCode: z.coerce.number().int().min(200).max(599),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.literal("", "a body is not modelled locally")).optional(),
});

export const mockIntegrationSchema = z.strictObject({
  Type: z.literal("MOCK"),
  // One response without a selection pattern: it is the default, whatever status the request template names.
  IntegrationResponses: z.tuple([integrationResponse]),
  RequestTemplates: z
    .record(z.string(), z.string().regex(/^\s*\{\s*"?statusCode"?\s*:\s*\d{3}\s*\}\s*$/))
    .optional(),
  PassthroughBehavior: inert,
});

export function readMockIntegration(
  properties: z.output<typeof mockIntegrationSchema>,
  where: string,
): MockIntegration {
  const [response] = properties.IntegrationResponses;
  return {
    type: "MOCK",
    status: response.StatusCode,
    headers: Object.entries(response.ResponseParameters).map(([target, source]) =>
      compileHeaderMapping("method.response.header.", target, source, where),
    ),
  };
}
