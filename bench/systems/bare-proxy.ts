// A process of its own, and a baseline: the least that any gateway on Node does. No keys, no parsing, no metering.
import { Agent, createServer, request } from "node:http";
import { listenOnAssignedPort } from "../processes/assigned-port.ts";

const agent = new Agent({ keepAlive: true });
const upstreamPort = Number(process.env["UPSTREAM_PORT"]);

const server = createServer((incoming, response) => {
  const outgoing = request(
    {
      agent,
      host: "127.0.0.1",
      port: upstreamPort,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
});

listenOnAssignedPort(server);
