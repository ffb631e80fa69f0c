import type { ModelEndpoint } from "../../core/catalogue/model.ts";
import type { ModelPayload, ModelReply, ModelServers, ModelStreamReply } from "../../core/inference/ports.ts";
import type { EpochMs } from "../../core/time.ts";

type EndpointOf<Kind extends ModelEndpoint["kind"]> = Extract<ModelEndpoint, { readonly kind: Kind }>;

/** A way to reach models of one kind of endpoint. */
export interface ModelServer<Kind extends ModelEndpoint["kind"]> {
  invoke(endpoint: EndpointOf<Kind>, payload: ModelPayload, deadline: EpochMs): Promise<ModelReply>;
  invokeStreaming(
    endpoint: EndpointOf<Kind>,
    payload: ModelPayload,
    deadline: EpochMs,
  ): Promise<ModelStreamReply>;
}

/** All kinds behind the one port of the request flow. */
export const modelServers = (servers: {
  readonly sageMaker: ModelServer<"sagemaker">;
  readonly openAiServer: ModelServer<"openai-server">;
}): ModelServers => ({
  invoke: (endpoint, payload, deadline) =>
    endpoint.kind === "sagemaker"
      ? servers.sageMaker.invoke(endpoint, payload, deadline)
      : servers.openAiServer.invoke(endpoint, payload, deadline),
  invokeStreaming: (endpoint, payload, deadline) =>
    endpoint.kind === "sagemaker"
      ? servers.sageMaker.invokeStreaming(endpoint, payload, deadline)
      : servers.openAiServer.invokeStreaming(endpoint, payload, deadline),
});

/** A timer on one call to a model. `signal` fires at the deadline, or when the call is cancelled. */
export const startDeadline = (deadline: EpochMs) => {
  const controller = new AbortController();
  let passed = false;
  const timer = setTimeout(
    () => {
      passed = true;
      controller.abort();
    },
    Math.max(0, deadline - Date.now()),
  );
  return {
    signal: controller.signal,
    hasPassed: () => passed,
    cancel: () => controller.abort(),
    stop: () => clearTimeout(timer),
  };
};
