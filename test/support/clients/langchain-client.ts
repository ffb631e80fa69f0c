import {
  type AIMessageChunk,
  HumanMessage,
  type ToolMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, DallEAPIWrapper, OpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { APIError } from "openai";
import { type ApiClient, type Ask, type Connection, canary, film, lengthTool } from "./api-client.ts";

/** LangChain's classes for OpenAI. */
export const langChainClient = ({ baseUrl, apiKey, maxRetries = 0, timeoutMs }: Connection): ApiClient => {
  const connection = {
    apiKey,
    configuration: { baseURL: baseUrl },
    maxRetries,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  };
  const chatModel = ({ model = "scripted", script = {} }: Ask, fields: object = {}) =>
    new ChatOpenAI({ ...connection, model, modelKwargs: { script }, ...fields });
  const responses = { useResponsesApi: true, zdrEnabled: true };
  const options = ({ signal }: Ask) => (signal ? { signal } : {});
  const lengthOf = tool(lengthTool.run, {
    name: lengthTool.name,
    description: lengthTool.description,
    schema: lengthTool.parameters,
  });

  /** Two turns, each as `turn` takes them. */
  const runTool = async (
    ask: Ask,
    turn: (model: Runnable, messages: Messages) => Promise<AIMessageChunk>,
  ): Promise<AIMessageChunk> => {
    const model = chatModel(ask).bindTools([lengthOf]);
    const question = new HumanMessage(canary);
    const calls = await turn(model, [question]);
    const results: ToolMessage[] = [];
    for (const call of calls.tool_calls ?? [])
      results.push(await lengthOf.invoke({ ...call, type: "tool_call" }));
    return turn(model, [question, calls, ...results]);
  };

  return {
    chat: async (ask) => replyOf(await chatModel(ask).invoke(canary, options(ask))),
    stream: async (ask, onText) =>
      replyOf(await joined(await chatModel(ask).stream(canary, options(ask)), onText)),
    useTool: async (ask) => replyOf(await runTool(ask, (model, messages) => model.invoke(messages))),
    useToolStreamed: async (ask) =>
      replyOf(await runTool(ask, async (model, messages) => joined(await model.stream(messages)))),

    structured: (ask) => chatModel(ask).withStructuredOutput(film, { method: "jsonSchema" }).invoke(canary),

    embed: (model, texts) => new OpenAIEmbeddings({ ...connection, model }).embedDocuments([...texts]),

    complete: async (model) => ({ text: await new OpenAI({ ...connection, model }).invoke(canary) }),

    async completeStreamed(model) {
      let text = "";
      for await (const piece of await new OpenAI({ ...connection, model }).stream(canary)) text += piece;
      return { text };
    },

    makeImage: (model) =>
      new DallEAPIWrapper({ apiKey, baseUrl, model, dallEResponseFormat: "b64_json" }).invoke(canary),

    respond: async (ask) => replyOf(await chatModel(ask, responses).invoke(canary)),
    respondStreamed: async (ask) => replyOf(await joined(await chatModel(ask, responses).stream(canary))),

    failureOf(error) {
      if (error instanceof Error && error.name === "TimeoutError") return { kind: "timeout" };
      if (error instanceof APIError) return { kind: "refused", status: error.status, code: error.code };
      return { kind: "other", error };
    },
  };
};

type Runnable = ReturnType<ChatOpenAI["bindTools"]>;
type Messages = (HumanMessage | AIMessageChunk | ToolMessage)[];

const joined = async (
  stream: AsyncIterable<AIMessageChunk>,
  onText?: () => void,
): Promise<AIMessageChunk> => {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) {
    if (chunk.text !== "") onText?.();
    whole = whole?.concat(chunk) ?? chunk;
  }
  if (!whole) throw new Error("an empty stream");
  return whole;
};

const replyOf = ({
  text,
  usage_metadata: usage,
}: {
  readonly text: string;
  readonly usage_metadata?: UsageMetadata | undefined;
}) => ({ text, usage: { input: usage?.input_tokens, output: usage?.output_tokens } });
