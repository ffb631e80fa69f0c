import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenOnLoopback } from "../../local/listen.ts";

const timeoutMs = 20_000;

/** A port of the loopback interface that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const listener = await listenOnLoopback(createServer());
  await listener.close();
  return listener.port;
};

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Refused: it is not listening yet.
    return false;
  } finally {
    socket.destroy();
  }
};

/** Waits until someone accepts connections; false when the process has ended before, or takes too long. */
export const awaitListening = async (port: number, hasEnded: () => boolean): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (hasEnded() || Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
};
