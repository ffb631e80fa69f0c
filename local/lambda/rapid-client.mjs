// Stands in for `rapid-client.node`, the native addon (on libcurl) by which AWS's runtime client reaches Lambda's Runtime API:
// the same three functions over node:http. JavaScript, because stripping types would slow every environment's start.
import { flushCompileCache } from "node:module";

// An import would load all of `fetch` with it, in every environment.
const http = process.getBuiltinModule("node:http");

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers },
      (response) => {
        let bodyJson = "";
        response
          .setEncoding("utf8")
          .on("data", (chunk) => (bodyJson += chunk))
          .on("end", () => resolve({ bodyJson, headers: response.headers }))
          .on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });

/** `done` and `error` return before their call is over; `next` waits for it, so that answers keep their order. */
let posted = Promise.resolve();

const post = (path, body) => {
  posted = call("POST", path, body, { "content-type": "application/json" });
  // Seen by `next`, which awaits the same promise.
  posted.catch(() => undefined);
};

/** The function is loaded. This process is frozen when it has nothing to do, and killed in the end: now, or never. */
let isLoaded = false;

export const next = async () => {
  if (!isLoaded) flushCompileCache();
  isLoaded = true;
  await posted;
  return call("GET", "invocation/next");
};

export const done = (id, body) => post(`invocation/${id}/response`, body);

export const error = (id, body) => post(`invocation/${id}/error`, body);
