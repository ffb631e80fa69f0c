import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { refAttribute, type LocalDeployment } from "./cloudformation/deployment.ts";
import { describe, textProperty } from "./cloudformation/property.ts";
import type { Resource } from "./cloudformation/template.ts";
import { isObject, parseObject, textAt, type JsonObject } from "./json-value.ts";
import type { Functions, InvocationResult } from "./lambda/function-runner.ts";
import { listenOnLoopback } from "./listen.ts";
import { readBody } from "./read-body.ts";

/** CloudFormation hands a custom resource its scalars as text. */
const scalarsAsText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(scalarsAsText);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scalarsAsText(part)]));
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
};

/** Receives what functions PUT to their ResponseURL. */
const startResponseListener = async () => {
  const waiting = new Map<string, (answer: JsonObject) => void>();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const token = (request.url ?? "").slice(1);
    const settle = request.method === "PUT" ? waiting.get(token) : undefined;
    waiting.delete(token);
    settle?.(parseObject(body.toString("utf8"), "the answer of a custom resource"));
    response.writeHead(settle === undefined ? 404 : 200).end();
  };
  const server = createServer((request, response) => {
    // An answer that is no JSON leaves its function without an acknowledgement, and its resource without an answer.
    receive(request, response).catch(() => response.destroy());
  });
  const listener = await listenOnLoopback(server);
  return {
    expect: (): { url: string; answer: Promise<JsonObject> } => {
      const token = randomUUID();
      const { promise, resolve } = Promise.withResolvers<JsonObject>();
      waiting.set(token, resolve);
      return { url: `${listener.url}/${token}`, answer: promise };
    },
    stop: () => listener.close(),
  };
};

const createEvent = (resource: Resource, responseUrl: string): JsonObject => ({
  RequestType: "Create",
  ServiceToken: textProperty(resource, "ServiceToken"),
  ResponseURL: responseUrl,
  StackId: `arn:aws:cloudformation:${resource.stack.region}:${resource.stack.account}:stack/${resource.stack.name}/local`,
  RequestId: randomUUID(),
  LogicalResourceId: resource.logicalId,
  ResourceType: resource.type,
  ResourceProperties: scalarsAsText(resource.properties),
});

const failureOf = (result: InvocationResult): string | undefined => {
  if (result.kind !== "failed") return undefined;
  const message = parseObject(result.payload, "a function's error")["errorMessage"];
  return typeof message === "string" ? message : result.payload;
};

const provideAttributes = (resource: Resource, answer: JsonObject): void => {
  resource.stack.provide(
    resource.logicalId,
    refAttribute,
    textAt(answer["PhysicalResourceId"], `${describe(resource)}: PhysicalResourceId`),
  );
  for (const [name, value] of Object.entries(isObject(answer["Data"]) ? answer["Data"] : {}))
    resource.stack.provide(resource.logicalId, name, String(value));
};

/**
 * Creates the custom resources of the templates as CloudFormation does: each one's function is invoked with a Create event
 * and answers by a PUT. A resource that fails, or whose function returns without an answer, fails the start.
 */
export const createCustomResources = async (
  deployment: LocalDeployment,
  functions: Functions,
): Promise<void> => {
  const resources = deployment.customResources();
  if (resources.length === 0) return;
  const listener = await startResponseListener();
  try {
    for (const resource of resources) {
      const runner = functions.find(textProperty(resource, "ServiceToken"), resource.stack.region);
      const { url, answer } = listener.expect();
      const returned = runner.invoke(JSON.stringify(createEvent(resource, url)));
      // CloudFormation would wait an hour for a function that forgot to answer.
      const unanswered = returned.then((result): JsonObject => ({
        Status: "FAILED",
        Reason: failureOf(result) ?? `${runner.name} returned without answering its ResponseURL`,
      }));
      const received = await Promise.race([answer, unanswered]);
      if (received["Status"] !== "SUCCESS")
        throw new Error(`${describe(resource)} could not be created: ${String(received["Reason"])}`);
      await returned;
      provideAttributes(resource, received);
    }
  } finally {
    await listener.stop();
  }
};
