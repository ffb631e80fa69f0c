import { fileURLToPath } from "node:url";
import { startServer } from "../processes/server-child.ts";
import { type Surroundings, type System, observed } from "./system.ts";

const loopbackOnly = new URL("../processes/loopback-only.ts", import.meta.url).href;

/**
 * Portkey's open-source gateway as its package starts it, in production mode and without its log page. It has no account,
 * knows no keys and meters nothing; it calls only the host that a request names.
 */
export const startPortkey = async ({ upstreamPort, logFolder }: Surroundings): Promise<System> => {
  const server = fileURLToPath(import.meta.resolve("@portkey-ai/gateway/build/start-server.js"));
  const process = await startServer({
    name: "portkey",
    command: (port) => [...observed, "--import", loopbackOnly, server, `--port=${port}`, "--headless"],
    core: "underTest",
    logFolder,
  });
  return {
    name: "portkey",
    port: process.port,
    path: "/v1/chat/completions",
    headers: {
      authorization: "Bearer sk-bench",
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
    },
    process,
  };
};
