import type { Deprecation } from "../../core/catalogue/deprecation.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { pinOf } from "../../core/catalogue/model-name.ts";

/** Which version answers, from which weights, and, where it will go, when and what comes after it. */
export const modelHeaders = (model: Model, resource: string): Readonly<Record<string, string>> => ({
  "x-farebox-model": pinOf(model),
  ...(model.artifactDigest !== undefined && { "x-farebox-artifact": model.artifactDigest }),
  ...(model.deprecated && deprecationHeaders(model.deprecated, resource)),
});

/** RFC 9745, RFC 8594 and RFC 5829. */
const deprecationHeaders = ({ at, sunset, successor }: Deprecation, resource: string) => ({
  deprecation: `@${Math.floor(at / 1000)}`,
  sunset: new Date(sunset).toUTCString(),
  link: `<${upToV1(resource)}models/${successor}>; rel="successor-version"`,
});

/** From a route of `/v1` to `/v1/`, relative, because only the gateway knows what comes before. */
const upToV1 = (resource: string): string => "../".repeat(resource.split("/").length - 3);
