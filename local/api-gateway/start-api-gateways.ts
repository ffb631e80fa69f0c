import { createServer, type Server } from "node:http";
import type { Deployment } from "../cloudformation/template.ts";
import type { Functions } from "../lambda/function-runner.ts";
import { listenOnLoopback, type Listener } from "../listen.ts";
import type { LogSink } from "../log-event.ts";
import { awsGatewayLimits, type GatewayLimits } from "./gateway-limits.ts";
import { readRestApi, type RestApi } from "./rest-api.ts";
import { serveRequest, type GatewaySettings } from "./serve-request.ts";

export type ApiGatewayOptions = {
  /** Of the first API; further ones get the ports that follow. Free ports when absent. */
  readonly port?: number;
  readonly log: LogSink;
  /** Milliseconds since 1970; authorizer caches and throttles go by it. */
  readonly now?: () => number;
  readonly limits?: GatewayLimits;
};

export type RunningApi = {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** With the stage, as API Gateway's own URLs have it: `http://127.0.0.1:<port>/<stage>`. */
  readonly url: string;
};

export type ApiGateways = { readonly apis: readonly RunningApi[]; stop(): Promise<void> };

/** Types whose mere presence changes how requests are answered. */
const refusedTypes = ["UsagePlan", "UsagePlanKey", "ApiKey", "VpcLink", "ClientCertificate"].map(
  (type) => `AWS::ApiGateway::${type}`,
);

/**
 * Serves every REST API of the templates, each on its own loopback port. Everything is read before the first port
 * opens: a template that is not fully modelled starts nothing.
 */
export async function startApiGateways(
  deployment: Deployment,
  functions: Functions,
  options: ApiGatewayOptions,
): Promise<ApiGateways> {
  for (const { stack, logicalId, type } of deployment.resources(...refusedTypes)) {
    throw new Error(`${stack.name}/${logicalId}: ${type} is not modelled locally`);
  }
  const settings: GatewaySettings = {
    limits: options.limits ?? awsGatewayLimits,
    log: options.log,
    now: options.now ?? Date.now,
  };
  const restApis = deployment
    .resources("AWS::ApiGateway::RestApi")
    .map((resource) => readRestApi(resource, deployment, functions));

  const listeners: Listener[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const apis: RunningApi[] = [];
    for (const [index, api] of restApis.entries()) {
      const port = options.port ? options.port + index : 0;
      const listener = await listenOnLoopback(createApiServer(api, settings), port);
      listeners.push(listener);
      apis.push({
        id: api.id,
        name: api.name,
        region: api.region,
        url: `${listener.url}/${api.stage.name}`,
      });
    }
    return { apis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createApiServer(api: RestApi, settings: GatewaySettings): Server {
  return createServer(
    {
      // Above the quota, so that the gateway itself refuses what is too large.
      maxHeaderSize: settings.limits.headerBytesMax * 4,
      // An idle kept-alive connection outlives the pools of common clients: no reset on reuse.
      keepAliveTimeout: 65_000,
      // Streams have limits of their own.
      requestTimeout: 0,
    },
    (request, response) => void serveRequest(api, settings, request, response),
  );
}
