// Loaded before AWS's runtime client (aws-lambda-ric) in every execution environment.
import { enableCompileCache, registerHooks } from "node:module";

// A function's code, compiled by the first of its environments, for all others: a fifth of what starting one costs.
enableCompileCache(new URL(import.meta.url).searchParams.get("cache"));

// The native addon needs a compiler to install; `rapid-client.mjs` does the same without one.
const rapidClient = new URL("rapid-client.mjs", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === "./rapid-client.node"
      ? { url: rapidClient, format: "module", shortCircuit: true }
      : nextResolve(specifier, context),
});

// When the reader of a stream is gone, the response's connection is cut and the function sees its stream fail. The client
// also rejects two promises of its own with that error, one of which nobody awaits: that rejection must not end the
// process before the function has recorded what it delivered. Every other unhandled rejection ends it, as on AWS.
// An import would load all of `fetch` with it.
const http = process.getBuiltinModule("node:http");
const cutConnections = new WeakSet();
const request = http.request;
http.request = (...args) => {
  const outgoing = request(...args);
  const isStream = outgoing.getHeader("lambda-runtime-function-response-mode") === "streaming";
  if (isStream) outgoing.on("error", (error) => cutConnections.add(error));
  return outgoing;
};
process.on("unhandledRejection", (reason) => {
  if (reason instanceof Error && cutConnections.has(reason)) return;
  throw reason;
});
// The client awaits the other promise later; Node would warn of every such stream.
process.on("rejectionHandled", () => undefined);
