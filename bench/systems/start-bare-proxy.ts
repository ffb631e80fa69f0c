import { fileURLToPath } from "node:url";
import { startServer } from "../processes/server-child.ts";
import { type Surroundings, type System, observed } from "./system.ts";

export const startBareProxy = async ({ upstreamPort, logFolder }: Surroundings): Promise<System> => {
  const process = await startServer({
    name: "bare",
    command: () => [...observed, fileURLToPath(new URL("./bare-proxy.ts", import.meta.url))],
    environment: { UPSTREAM_PORT: String(upstreamPort) },
    core: "underTest",
    logFolder,
  });
  return { name: "bare", port: process.port, path: "/v1/chat/completions", headers: {}, process };
};
