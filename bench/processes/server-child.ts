import { portVariable } from "./assigned-port.ts";
import { awaitListening, freePort } from "./await-listening.ts";
import { type Child, type ChildOptions, startChild } from "./child.ts";

type ServerOptions = Omit<ChildOptions, "command"> & {
  /** The command line of a server that listens on `port`; our own read the port from their environment. */
  readonly command: (port: number) => readonly string[];
};

export type ServerChild = Child & { readonly port: number };

/** Starts a process that serves HTTP, and waits until it accepts connections. */
export const startServer = async ({
  command,
  environment,
  ...options
}: ServerOptions): Promise<ServerChild> => {
  const port = await freePort();
  const child = startChild({
    ...options,
    command: command(port),
    environment: { ...environment, [portVariable]: String(port) },
  });
  if (await awaitListening(port, () => child.hasEnded())) return { ...child, port };
  await child.stop();
  throw child.failure("did not start");
};
