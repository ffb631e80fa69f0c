import OpenAI, { APIConnectionTimeoutError, APIError, toFile } from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { type ApiClient, type Ask, type Connection, canary, film, lengthTool } from "./api-client.ts";

/** The official client. */
export const openAiClient = ({ baseUrl, apiKey, maxRetries = 0, timeoutMs }: Connection): ApiClient => {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    maxRetries,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  const chat = ({ model = "scripted", script }: Ask) => ({
    model,
    messages: [{ role: "user" as const, content: canary }],
    script,
  });
  const options = ({ signal }: Ask) => (signal ? { signal } : {});
  const tools = [
    zodFunction({
      name: lengthTool.name,
      description: lengthTool.description,
      parameters: lengthTool.parameters,
      function: lengthTool.run,
    }),
  ];

  return {
    async chat(ask) {
      const { choices, usage } = await client.chat.completions.create(chat(ask), options(ask));
      return { text: choices[0]?.message.content ?? "", usage: tokensOf(usage) };
    },

    async stream(ask, onText) {
      const request = { ...chat(ask), stream: true, stream_options: { include_usage: true } } as const;
      let text = "";
      let usage: OpenAI.CompletionUsage | undefined;
      for await (const chunk of await client.chat.completions.create(request, options(ask))) {
        const piece = chunk.choices[0]?.delta.content;
        text += piece ?? "";
        if (piece) onText?.();
        usage = chunk.usage ?? usage;
      }
      return { text, usage: tokensOf(usage) };
    },

    async useTool(ask) {
      const runner = client.chat.completions.runTools({ ...chat(ask), tools });
      return { text: (await runner.finalContent()) ?? "", usage: tokensOf(await runner.totalUsage()) };
    },

    async useToolStreamed(ask) {
      const runner = client.chat.completions.runTools({ ...chat(ask), tools, stream: true });
      return { text: (await runner.finalContent()) ?? "" };
    },

    async structured(ask) {
      const response_format = zodResponseFormat(film, "film");
      const { choices } = await client.chat.completions.parse({ ...chat(ask), response_format });
      return choices[0]?.message.parsed;
    },

    async embed(model, texts) {
      const { data } = await client.embeddings.create({ model, input: [...texts] });
      return data.map(({ embedding }) => embedding);
    },

    async complete(model) {
      const { choices, usage } = await client.completions.create({ model, prompt: canary });
      return { text: choices[0]?.text ?? "", usage: tokensOf(usage) };
    },

    async completeStreamed(model) {
      let text = "";
      for await (const chunk of await client.completions.create({ model, prompt: canary, stream: true }))
        text += chunk.choices[0]?.text ?? "";
      return { text };
    },

    async makeImage(model) {
      const { data } = await client.images.generate({ model, prompt: canary });
      return data?.[0]?.b64_json;
    },

    async respond({ model = "scripted", script }) {
      const request = { model, input: canary, store: false, script };
      const { output_text: text, usage } = await client.responses.create(request);
      return { text, usage: { input: usage?.input_tokens, output: usage?.output_tokens } };
    },

    async respondStreamed({ model = "scripted", script }) {
      const request = { model, input: canary, store: false, script };
      const { output_text: text, usage } = await client.responses.stream(request).finalResponse();
      return { text, usage: { input: usage?.input_tokens, output: usage?.output_tokens } };
    },

    async transcribe(model, file) {
      const { text } = await client.audio.transcriptions.create({ model, file });
      return text;
    },

    async moderate(model, texts) {
      const { results } = await client.moderations.create({ model, input: [...texts] });
      return results.map(({ flagged }) => flagged);
    },

    models: async () => (await client.models.list()).data.map(({ id }) => id),

    async keepFile(content) {
      const file = await toFile(Buffer.from(content), `${canary}.jsonl`);
      const { id } = await client.files.create({ file, purpose: "batch" });
      const text = await (await client.files.content(id)).text();
      await client.files.delete(id);
      return text;
    },

    failureOf(error) {
      if (error instanceof APIConnectionTimeoutError) return { kind: "timeout" };
      if (error instanceof APIError) return { kind: "refused", status: error.status, code: error.code };
      return { kind: "other", error };
    },
  };
};

const tokensOf = (usage: OpenAI.CompletionUsage | undefined) => ({
  input: usage?.prompt_tokens,
  output: usage?.completion_tokens,
});
