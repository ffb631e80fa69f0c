import type { Model, ModelEndpoint } from "../catalogue/model.ts";

/**
 * The endpoint that serves a request from this region, `undefined` if there is none. A server behind a URL is in no
 * region and serves them all.
 */
export const route = (model: Model, region: string): ModelEndpoint | undefined =>
  model.endpoints.find((endpoint) => endpoint.kind === "sagemaker" && endpoint.region === region) ??
  model.endpoints.find((endpoint) => endpoint.kind === "openai-server");
