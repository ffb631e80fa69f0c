import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import { compileAccessLog, type AccessLog } from "./access-log.ts";
import type { ThrottleLimit } from "./throttle.ts";

/** The one stage of an API. */
export type Stage = {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly accessLog: AccessLog | undefined;
  /** The limit of one method: its own settings, else the stage's default (`/*` and `*`). */
  throttleLimit(resourcePath: string, method: string): ThrottleLimit | undefined;
};

const methodSetting = z.strictObject({
  HttpMethod: z.string(),
  ResourcePath: z.string(),
  ThrottlingRateLimit: z.number().nonnegative().optional(),
  ThrottlingBurstLimit: z.number().int().nonnegative().optional(),
  // Bodies in the logs would break the promise that no content is logged: refused here as in production.
  DataTraceEnabled: z.literal(false).optional(),
  CachingEnabled: z.literal(false).optional(),
  // Execution logs and metrics go to CloudWatch, which is not emulated.
  LoggingLevel: inert,
  MetricsEnabled: inert,
});

const schema = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string(),
  DeploymentId: z.string(),
  Variables: z.record(z.string(), z.string()).optional(),
  AccessLogSetting: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  MethodSettings: z.array(methodSetting).default([]),
  CacheClusterEnabled: z.literal(false).optional(),
  Description: inert,
  Tags: inert,
  // Traces go to X-Ray, which is not emulated.
  TracingEnabled: inert,
});

export function readStage(resource: Resource): Stage {
  const properties = parseProperties(resource, schema);
  const where = `${resource.stack.name}/${resource.logicalId}`;
  const logging = properties.AccessLogSetting;
  const limits = new Map<string, ThrottleLimit>();
  for (const setting of properties.MethodSettings) {
    const { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst } = setting;
    if (ratePerSecond === undefined && burst === undefined) continue;
    if (ratePerSecond === undefined || burst === undefined) {
      throw new Error(`${where}: ThrottlingRateLimit and ThrottlingBurstLimit are modelled together only`);
    }
    limits.set(methodKey(settingPath(setting.ResourcePath), setting.HttpMethod), { ratePerSecond, burst });
  }
  return {
    name: properties.StageName,
    deploymentId: properties.DeploymentId,
    variables: properties.Variables,
    accessLog:
      logging === undefined
        ? undefined
        : compileAccessLog(logging.DestinationArn, logging.Format, `${where} AccessLogSetting`),
    throttleLimit: (resourcePath, method) =>
      limits.get(methodKey(resourcePath, method)) ?? limits.get(methodKey("/*", "*")),
  };
}

const methodKey = (resourcePath: string, method: string): string => `${method} ${resourcePath}`;

/** Settings write the slashes of a path as `~1`, after a first slash of their own: `/~1v1~1models` is `/v1/models`. */
function settingPath(resourcePath: string): string {
  return resourcePath.startsWith("/~1") ? resourcePath.slice(1).replaceAll("~1", "/") : resourcePath;
}
