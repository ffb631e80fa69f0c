import { once } from "node:events";
import type { Server } from "node:http";

export type Listener = {
  readonly port: number;
  readonly url: string;
  /** Cuts open connections too. Twice is once. */
  close(): Promise<void>;
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });

/** Binds a server to the loopback interface; port 0 is any free one. */
export const listenOnLoopback = async (server: Server, port = 0): Promise<Listener> => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  let closed: Promise<void> | undefined;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () => (closed ??= closeServer(server)),
  };
};
