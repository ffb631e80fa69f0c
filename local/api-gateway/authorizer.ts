import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions, InvocationResult } from "../lambda/function-runner.ts";
import { evaluatePolicy, parseAuthorizerAnswer, type AuthorizerAnswer } from "./authorizer-answer.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { parseIdentitySources, type IdentitySource } from "./identity-source.ts";
import { invokeFunction } from "./invoke-function.ts";
import { parseLambdaUri } from "./lambda-uri.ts";
import { proxyEvent, type RequestParts } from "./proxy-event.ts";
import type { RestApi } from "./rest-api.ts";

export type AuthorizerCall = {
  readonly api: RestApi;
  readonly exchange: Exchange;
  readonly parts: RequestParts;
  readonly methodArn: string;
  readonly nowMs: number;
  readonly timeoutMs: number;
};

/**
 * Decides about a request and puts what the authorizer said into `exchange.authorizer`, also when it refuses:
 * the ACCESS_DENIED response may quote it. Rejects with the GatewayError to answer.
 */
export type Authorizer = (call: AuthorizerCall) => Promise<void>;

const schema = z.strictObject({
  RestApiId: z.string(),
  Name: inert,
  Type: z.literal("REQUEST", "only REQUEST authorizers are modelled locally"),
  AuthorizerUri: z.string(),
  IdentitySource: z.string().optional(),
  AuthorizerResultTtlInSeconds: z.number().int().min(0).max(3600).default(300),
});

type CachedAnswer = { readonly answer: AuthorizerAnswer; readonly expiresAtMs: number };

/** Cached answers above this number make room by dropping the expired ones. */
const sweepAbove = 1000;

export function createAuthorizer(resource: Resource, functions: Functions): Authorizer {
  const properties = parseProperties(resource, schema);
  const where = `${resource.stack.name}/${resource.logicalId}`;
  const uri = parseLambdaUri(properties.AuthorizerUri, where);
  if (uri.transferMode === "STREAM") throw new Error(`${where}: an authorizer cannot stream`);
  const runner = functions.find(uri.functionArn, resource.stack.region);
  const sources = parseIdentitySources(properties.IdentitySource ?? "", where);
  const ttlMs = properties.AuthorizerResultTtlInSeconds * 1000;
  if (ttlMs > 0 && sources.length === 0) {
    throw new Error(`${where}: a REQUEST authorizer that caches needs an IdentitySource`);
  }
  const cache = new Map<string, CachedAnswer>();

  // Concurrent requests of a caller that is not cached yet each invoke the function: AWS does not coalesce them.
  const answerFor = async (call: AuthorizerCall): Promise<AuthorizerAnswer> => {
    const key = cacheKey(sources, call);
    const cached = cache.get(key);
    if (cached !== undefined && cached.expiresAtMs > call.nowMs) return cached.answer;
    const answer = await ask(runner, resource.ref, call);
    if (ttlMs > 0) {
      if (cache.size > sweepAbove) dropExpired(cache, call.nowMs);
      cache.set(key, { answer, expiresAtMs: call.nowMs + ttlMs });
    }
    return answer;
  };

  return async (call) => {
    const answer = await answerFor(call);
    const context = Object.entries(answer.context ?? {}).map(([name, value]) => [name, String(value)]);
    call.exchange.authorizer = {
      ...Object.fromEntries(context),
      principalId: answer.principalId,
      integrationLatency: 0,
    };
    // A cached policy is evaluated again for every method, so one that names a single method refuses the others.
    const verdict = evaluatePolicy(answer, call.methodArn);
    if (verdict === "not allowed") throw new GatewayError("ACCESS_DENIED");
    if (verdict === "explicitly denied") {
      throw new GatewayError("ACCESS_DENIED", {
        message:
          "User is not authorized to access this resource with an explicit deny in an identity-based policy",
      });
    }
  };
}

/** All identity sources together; a missing one is a 401 without asking the function. */
function cacheKey(sources: readonly IdentitySource[], call: AuthorizerCall): string {
  const identity = sources.map((source) => source(call.api, call.exchange, call.parts));
  if (identity.some((part) => part === undefined || part === "")) {
    throw new GatewayError("UNAUTHORIZED", { reason: "an identity source is missing" });
  }
  return JSON.stringify(identity);
}

async function ask(
  runner: FunctionRunner,
  authorizerId: string,
  call: AuthorizerCall,
): Promise<AuthorizerAnswer> {
  const { api, exchange, parts, methodArn } = call;
  if (!runner.permits("apigateway.amazonaws.com", `${api.executeArn}/authorizers/${authorizerId}`)) {
    throw new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", {
      reason: `no Lambda permission lets authorizer ${authorizerId} invoke ${runner.name}`,
    });
  }
  const { body: _body, isBase64Encoded: _encoding, ...event } = proxyEvent(api, exchange, parts);
  const result = await invokeFunction(
    runner,
    JSON.stringify({
      type: "REQUEST",
      methodArn,
      ...event,
      // An authorizer sees empty objects where an integration sees null.
      queryStringParameters: event.queryStringParameters ?? {},
      multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
      pathParameters: event.pathParameters ?? {},
      stageVariables: event.stageVariables ?? {},
    }),
    call.timeoutMs,
    () => new GatewayError("AUTHORIZER_FAILURE", { reason: `${runner.name} timed out` }),
  );
  return readAnswer(runner, result);
}

function readAnswer(runner: FunctionRunner, result: InvocationResult): AuthorizerAnswer {
  if (result.kind === "failed") {
    // The documented way to say 401: throw an error whose message is exactly this word. It is not cached.
    if (isUnauthorized(result.payload)) throw new GatewayError("UNAUTHORIZED");
    throw new GatewayError("AUTHORIZER_FAILURE", { reason: `${runner.name} failed` });
  }
  const answer = result.kind === "payload" ? parseAuthorizerAnswer(result.payload) : undefined;
  if (result.kind === "stream") result.body.destroy();
  if (answer === undefined) {
    throw new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", {
      reason: `${runner.name} returned no principal, no valid policy, or a context that is not flat`,
    });
  }
  return answer;
}

function isUnauthorized(payload: string): boolean {
  const parsed = z.object({ errorMessage: z.string() }).safeParse(JSON.parse(payload));
  return parsed.success && parsed.data.errorMessage === "Unauthorized";
}

function dropExpired(cache: Map<string, CachedAnswer>, nowMs: number): void {
  for (const [key, { expiresAtMs }] of cache) if (expiresAtMs <= nowMs) cache.delete(key);
}
