import { z } from "zod";

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Status and headers, as a function returns them and as the metadata of a stream carries them. */
const head = {
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
};

// Strict: API Gateway calls an answer with other fields malformed.
const proxyResponse = z.strictObject({
  ...head,
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const streamMetadata = z.strictObject({
  ...head,
  statusCode: head.statusCode.default(200),
  cookies: z.array(z.string()).optional(),
});

/** What a function must return for a buffered proxy integration. */
export type ProxyResponse = z.output<typeof proxyResponse>;
/** The JSON before the eight NULs of a streamed proxy integration. */
export type StreamMetadata = z.output<typeof streamMetadata>;

/** Undefined when malformed: API Gateway answers 502. */
export const parseProxyResponse = (json: string): ProxyResponse | undefined => parse(proxyResponse, json);
/** Undefined when malformed: API Gateway answers 502. */
export const parseStreamMetadata = (json: string): StreamMetadata | undefined => parse(streamMetadata, json);

function parse<Schema extends z.ZodType>(schema: Schema, json: string): z.output<Schema> | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
