// A process of its own: the deployed bundles of `infer` and `authorize` behind a thin HTTP front that does what API
// Gateway does: asks the authorizer once a minute per key, makes the proxy event, streams the answer back.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { authorizerCacheSeconds } from "../../functions/contract.ts";
import { readBody } from "../../local/read-body.ts";
import { listenOnAssignedPort } from "../processes/assigned-port.ts";
import "./lambda-globals.ts";
import { proxyEvent } from "./proxy-event.ts";

type Infer = (event: object, response: ServerResponse, context: object) => Promise<void>;

type AuthorizerAnswer = {
  readonly policyDocument: { readonly Statement: readonly { readonly Effect: "Allow" | "Deny" }[] };
  readonly context: Readonly<Record<string, string>>;
};
type Authorize = (event: object) => Promise<AuthorizerAnswer>;

const handlerOf = async <Handler>(name: string): Promise<Handler> => {
  const bundle = pathToFileURL(path.join(process.env["BUNDLE_FOLDER"] ?? "", name, "index.mjs")).href;
  const { handler }: { readonly handler: Handler } = await import(bundle);
  return handler;
};

const infer = await handlerOf<Infer>("infer");
const authorize = await handlerOf<Authorize>("authorize");

const methodArn = "arn:aws:execute-api:us-east-1:000000000000:bench/bench/POST/v1/chat/completions";
const decisions = new Map<
  string,
  { readonly answer: Promise<AuthorizerAnswer>; readonly expiresAt: number }
>();

const decisionFor = (authorization: string): Promise<AuthorizerAnswer> => {
  const cached = decisions.get(authorization);
  if (cached && Date.now() < cached.expiresAt) return cached.answer;
  const answer = authorize({ methodArn, headers: { authorization } });
  decisions.set(authorization, { answer, expiresAt: Date.now() + authorizerCacheSeconds * 1000 });
  return answer;
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { policyDocument, context } = await decisionFor(request.headers.authorization ?? "");
  if (policyDocument.Statement.some(({ Effect }) => Effect === "Deny")) {
    response.writeHead(401).end();
    return;
  }
  await infer(proxyEvent(request, await readBody(request), context), response, {});
};

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
listenOnAssignedPort(server);
