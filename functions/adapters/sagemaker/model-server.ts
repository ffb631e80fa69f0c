import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  type ResponseStream,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";
import type { ModelFailure, ModelStream } from "../../../core/inference/ports.ts";
import { type ModelServer, startDeadline } from "../model-server.ts";
import { failureOf } from "./failure.ts";

/** One attempt: a second one would make the model work twice, and whether to repeat is the request flow's decision. */
const client = (): SageMakerRuntimeClient => new SageMakerRuntimeClient({ maxAttempts: 1 });

/** SageMaker endpoints. */
export const sageMakerModelServer = (runtime = client()): ModelServer<"sagemaker"> => ({
  async invoke({ endpointName }, { body, contentType, accept }, deadline) {
    const limit = startDeadline(deadline);
    try {
      const reply = await runtime.send(
        new InvokeEndpointCommand({
          EndpointName: endpointName,
          Body: body,
          ContentType: contentType,
          Accept: accept,
        }),
        { abortSignal: limit.signal },
      );
      return {
        ok: true,
        body: reply.Body,
        ...(reply.ContentType !== undefined && { contentType: reply.ContentType }),
      };
    } catch (error) {
      return { ok: false, failure: limit.hasPassed() ? { reason: "timeout" } : failureOf(error) };
    } finally {
      limit.stop();
    }
  },
  async invokeStreaming({ endpointName }, { body, contentType }, deadline) {
    const limit = startDeadline(deadline);
    try {
      const reply = await runtime.send(
        new InvokeEndpointWithResponseStreamCommand({
          EndpointName: endpointName,
          Body: body,
          ContentType: contentType,
          Accept: "text/event-stream",
        }),
        { abortSignal: limit.signal },
      );
      return { ok: true, stream: toModelStream(reply.Body ?? none(), limit) };
    } catch (error) {
      limit.stop();
      return { ok: false, failure: limit.hasPassed() ? { reason: "timeout" } : failureOf(error) };
    }
  },
});

const toModelStream = (
  parts: AsyncIterable<ResponseStream>,
  limit: ReturnType<typeof startDeadline>,
): ModelStream => ({ chunks: chunksOf(parts, limit), cancel: () => limit.cancel() });

async function* chunksOf(
  parts: AsyncIterable<ResponseStream>,
  limit: ReturnType<typeof startDeadline>,
): AsyncGenerator<Uint8Array | ModelFailure> {
  try {
    for await (const part of parts) {
      if (part.PayloadPart?.Bytes) yield part.PayloadPart.Bytes;
      else if (part.ModelStreamError || part.InternalStreamFailure) yield { reason: "broken" };
    }
  } catch (error) {
    yield limit.hasPassed() ? { reason: "timeout" } : failureOf(error);
  } finally {
    limit.stop();
  }
}

async function* none(): AsyncGenerator<ResponseStream> {}
