import type { Server } from "node:http";

/** The environment variable that carries the port. */
export const portVariable = "PORT";

/** Binds a server to the port that the benchmark chose for this process, on the loopback interface. */
export const listenOnAssignedPort = (server: Server): void => {
  const port = Number(process.env[portVariable]);
  if (!(port > 0)) throw new Error(`${portVariable} must name the port to listen on`);
  server.listen(port, "127.0.0.1");
};
