import type { ModelEndpoint } from "../../catalogue/model.ts";
import { nameIn } from "../../catalogue/model-name.ts";

/** What a model is called where it runs: an endpoint serves one version and knows just the name. */
export const nameAt = (endpoint: ModelEndpoint, written: string): string =>
  endpoint.kind === "openai-server" ? endpoint.model : nameIn(written);
