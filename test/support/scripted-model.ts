import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer as readBytes, text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type ToolCall, utteranceOf } from "./scripted-chat.ts";
import {
  completionAnswer,
  completionChunks,
  imagesAnswer,
  moderationAnswer,
  transcriptionAnswer,
} from "./scripted-tasks.ts";

/**
 * How a scripted model behaves, sent by the test in the request's `script` field: Farebox passes unknown fields through to
 * the model, so the script takes the same way as any field of a client.
 */
export type Script = {
  /** Answer with this HTTP status instead of a completion. */
  readonly status?: number;
  /** The body of that answer; default: a stack trace that no client may see. */
  readonly errorBody?: string;
  /** Answer 503 to the first request that is named so, and the others as the script says. */
  readonly failsFirst?: string;
  /** Say nothing at all. */
  readonly hang?: boolean;
  /** Stand still after the first word until the test calls `release`. */
  readonly held?: boolean;
  /** Break the connection after so many words. */
  readonly breakAfter?: number;
  /** Send an error event after so many words. */
  readonly errorAfter?: number;
  /** Stop without [DONE] after so many words. */
  readonly cutAfter?: number;
  /** Leave usage out of the answer. */
  readonly withoutUsage?: boolean;
  /** Report this usage instead of the true one. */
  readonly usage?: unknown;
  /** Send a stream so many bytes at a time: three cut every character and every field somewhere. */
  readonly partBytes?: number;
  /** Milliseconds for each word. */
  readonly paceMs?: number;
  readonly words?: number;
  /** A chat's answer in place of words. */
  readonly content?: string;
  /** Call these in place of an answer. The result of a call is answered in words. */
  readonly toolCalls?: readonly ToolCall[];
  readonly body?: string;
  /** Of that body; what it is not said to be, a client must not be told that it is. */
  readonly contentType?: string;
};

export type ReceivedRequest = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
};

export type ScriptedModel = {
  readonly url: string;
  /** Every request that reached the model, in order. */
  readonly received: readonly ReceivedRequest[];
  /** Words sent so far, over all requests: stops growing when a model has been stopped. */
  wordsSent(): number;
  /** Lets the answers that are held go on. */
  release(): void;
  stop(): Promise<void>;
};

const promptTokens = 11;

/** A model server under the test's control, with SageMaker's contract (`/ping`, `/invocations`) and OpenAI's (`/v1/...`). */
export const startScriptedModel = async (): Promise<ScriptedModel> => {
  const received: ReceivedRequest[] = [];
  const failedFirst = new Set<string>();
  let wordsSent = 0;
  let released = Promise.withResolvers<void>();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === "/ping") return void response.end();
    const { "content-type": contentType = "" } = request.headers;
    if (contentType.startsWith("multipart/form-data")) return transcribe(request, response, contentType);
    if (contentType !== "application/json") return echo(request, response);
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    received.push({ path: request.url ?? "", headers: request.headers, body });
    const script = (body["script"] ?? {}) as Script;
    if (script.hang) return;
    const status = script.status ?? firstFailureOf(script);
    if (status !== undefined) {
      response.writeHead(status, { "content-type": "application/json" });
      return void response.end(script.errorBody ?? "Traceback (most recent call last): secret-internals");
    }
    if (script.contentType !== undefined) response.setHeader("content-type", script.contentType);
    if (script.body !== undefined) return void response.end(script.body);
    const task = taskOf(request.url ?? "");
    if (task) return task(response, body);
    await (body["stream"] === true ? stream(response, script, body) : answer(response, script, body));
  };

  const firstFailureOf = ({ failsFirst }: Script): number | undefined => {
    if (failsFirst === undefined || failedFirst.has(failsFirst)) return undefined;
    failedFirst.add(failsFirst);
    return 503;
  };

  /** Bytes come back as they were received, under the type that the client accepts. */
  const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await readBytes(request);
    received.push({ path: request.url ?? "", headers: request.headers, body: {} });
    response.setHeader("content-type", request.headers.accept ?? "application/octet-stream");
    response.end(bytes);
  };

  const transcribe = async (
    request: IncomingMessage,
    response: ServerResponse,
    contentType: string,
  ): Promise<void> => {
    const headers = { "content-type": contentType };
    const form = await new Response(await readBytes(request), { headers }).formData();
    const body = Object.fromEntries(
      [...new Set(form.keys())].map((name) => [name, form.getAll(name).map(nameOfFile)]),
    );
    received.push({ path: request.url ?? "", headers: request.headers, body });
    const transcript = transcriptionAnswer(form);
    response.setHeader("content-type", transcript.contentType);
    response.end(transcript.body);
  };

  const answer = async (
    response: ServerResponse,
    script: Script,
    body: ReceivedRequest["body"],
  ): Promise<void> => {
    const { message, deltas, finishReason } = utteranceOf(script, body);
    await sleep((script.paceMs ?? 0) * deltas.length);
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        id: "chatcmpl-scripted",
        object: "chat.completion",
        created: 0,
        model: "scripted",
        choices: [{ index: 0, finish_reason: finishReason, message }],
        ...(!script.withoutUsage && { usage: usageIn(script, deltas.length) }),
      }),
    );
  };

  const stream = async (
    response: ServerResponse,
    script: Script,
    body: ReceivedRequest["body"],
  ): Promise<void> => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (data: unknown) => write(`data: ${JSON.stringify(data)}\n\n`);
    const write = async (text: string): Promise<void> => {
      const bytes = Buffer.from(text);
      const step = script.partBytes ?? bytes.length;
      for (let at = 0; at < bytes.length; at += step) {
        response.write(bytes.subarray(at, at + step));
        if (step < bytes.length) await sleep(1);
      }
    };
    const { deltas, finishReason } = utteranceOf(script, body);
    const running = wantsRunningUsage(body) && !script.withoutUsage;
    for (const [index, delta] of deltas.entries()) {
      if (response.destroyed) break;
      if (script.breakAfter === index) return void response.destroy();
      if (script.cutAfter === index) return void response.end();
      if (script.errorAfter === index) {
        await send({ error: { message: "secret-internals of the model server" } });
        return void response.end("data: [DONE]\n\n");
      }
      wordsSent += 1;
      await send(
        chunk(
          { ...(index === 0 && { role: "assistant" }), ...delta },
          running ? usageIn(script, index + 1) : undefined,
        ),
      );
      if (script.held && index === 0) await released.promise;
      await sleep(script.paceMs ?? 0);
    }
    await send(chunk({}, undefined, finishReason));
    if (!script.withoutUsage)
      await send({ ...chunk({}), choices: [], usage: usageIn(script, deltas.length) });
    response.end("data: [DONE]\n\n");
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    wordsSent: () => wordsSent,
    release() {
      released.resolve();
      released = Promise.withResolvers();
    },
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};

const nameOfFile = (value: string | File): string => (typeof value === "string" ? value : value.name);

type TaskAnswer = (response: ServerResponse, body: Record<string, unknown>) => void;

/** What is answered on the routes of other tasks than chat. */
const taskOf = (url: string): TaskAnswer | undefined => {
  if (url.endsWith("/completions") && !url.endsWith("/chat/completions")) return complete;
  if (url.endsWith("/images/generations")) return answerWith(imagesAnswer);
  return url.endsWith("/moderations") ? answerWith(moderationAnswer) : undefined;
};

const answerWith =
  (answerOf: (body: Record<string, unknown>) => unknown): TaskAnswer =>
  (response, body) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answerOf(body)));
  };

const complete: TaskAnswer = (response, body) => {
  if (body["stream"] !== true) return answerWith(completionAnswer)(response, body);
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const data of completionChunks(body)) response.write(`data: ${JSON.stringify(data)}\n\n`);
  response.end("data: [DONE]\n\n");
};

const usageOf = (words: number) => ({
  prompt_tokens: promptTokens,
  completion_tokens: words,
  total_tokens: promptTokens + words,
});

/** What the script says, even if it is null. */
const usageIn = (script: Script, words: number): unknown =>
  "usage" in script ? script.usage : usageOf(words);

const wantsRunningUsage = (body: Record<string, unknown>): boolean =>
  (body["stream_options"] as { readonly continuous_usage_stats?: boolean } | undefined)
    ?.continuous_usage_stats === true;

const chunk = (delta: object, usage?: unknown, finishReason: string | null = null) => ({
  id: "chatcmpl-scripted",
  object: "chat.completion.chunk",
  created: 0,
  model: "scripted",
  choices: [{ index: 0, delta, finish_reason: finishReason }],
  ...(usage !== undefined && { usage }),
});
