import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  APICallError,
  Output,
  RetryError,
  embedMany,
  generateImage,
  generateText,
  isStepCount,
  streamText,
  tool,
} from "ai";
import { z } from "zod";
import {
  type ApiClient,
  type Ask,
  type Connection,
  type Reply,
  canary,
  film,
  lengthTool,
} from "./api-client.ts";

globalThis.AI_SDK_LOG_WARNINGS = false;

/** Vercel's AI SDK with its provider for APIs like OpenAI's. */
export const aiSdkClient = ({ baseUrl, apiKey, maxRetries = 0, timeoutMs }: Connection): ApiClient => {
  const farebox = createOpenAICompatible({
    name: "farebox",
    baseURL: baseUrl,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  const request = ({ model = "scripted", script = {}, signal }: Ask) => ({
    model: farebox(model),
    prompt: canary,
    maxRetries,
    providerOptions: { farebox: { script: z.record(z.string(), z.json()).parse(script) } },
    ...(signal && { abortSignal: signal }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  const tools = {
    [lengthTool.name]: tool({
      description: lengthTool.description,
      inputSchema: lengthTool.parameters,
      execute: lengthTool.run,
    }),
  };
  const untilAnswered = { tools, stopWhen: isStepCount(2) };

  return {
    async chat(ask) {
      const { text, usage } = await generateText(request(ask));
      return { text, usage: tokensOf(usage) };
    },
    stream: (ask, onText) => read(streamText({ ...request(ask), ...silent }), onText),

    async useTool(ask) {
      const { text, usage } = await generateText({ ...request(ask), ...untilAnswered });
      return { text, usage: tokensOf(usage) };
    },
    useToolStreamed: (ask) => read(streamText({ ...request(ask), ...untilAnswered, ...silent })),

    async structured(ask) {
      const { output } = await generateText({ ...request(ask), output: Output.object({ schema: film }) });
      return output;
    },

    async embed(model, texts) {
      const embeddingModel = farebox.embeddingModel(model);
      const { embeddings } = await embedMany({ model: embeddingModel, values: [...texts], maxRetries });
      return embeddings;
    },

    async complete(model) {
      const { text, usage } = await generateText({
        model: farebox.completionModel(model),
        prompt: canary,
        maxRetries,
      });
      return { text, usage: tokensOf(usage) };
    },
    completeStreamed: (model) =>
      read(streamText({ model: farebox.completionModel(model), prompt: canary, maxRetries, ...silent })),

    async makeImage(model) {
      const { image } = await generateImage({ model: farebox.imageModel(model), prompt: canary, maxRetries });
      return image.base64;
    },

    failureOf(error) {
      const last = RetryError.isInstance(error) ? error.lastError : error;
      if (APICallError.isInstance(last)) {
        const { code } = errorBody.parse(last.data).error;
        return { kind: "refused", status: last.statusCode, code };
      }
      if (last instanceof Error && last.name === "TimeoutError") return { kind: "timeout" };
      return { kind: "other", error: last };
    },
  };
};

const errorBody = z.object({ error: z.object({ code: z.string() }) });

/** Errors are thrown where the stream is read, in place of being printed. */
const silent = { onError: () => undefined };

type Streamed = Pick<ReturnType<typeof streamText>, "stream" | "usage" | "text">;

const read = async (answer: Streamed, onText?: () => void): Promise<Reply> => {
  for await (const part of answer.stream) {
    if (part.type === "text-delta") onText?.();
    if (part.type === "error") throw part.error;
    if (part.type === "abort") throw new DOMException("aborted", "AbortError");
  }
  return { text: await answer.text, usage: tokensOf(await answer.usage) };
};

const tokensOf = (usage: {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}) => ({
  input: usage.inputTokens,
  output: usage.outputTokens,
});
