import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import type { LocalContainer } from "../../local/cloud.ts";
import { listenOnLoopback } from "../../local/listen.ts";
import type { LogEvent, LogSink } from "../../local/log-event.ts";
import type { RunContainer, RunningContainer } from "../../local/sagemaker/run-container.ts";
import { runCpuServer } from "../../scripts/platform/run-cpu-server.ts";

/**
 * The demo models of all test workers. To start one takes seconds of a processor, and what it answers does not depend on
 * whose platform asks: the first that needs a model has it started, the others borrow it.
 */

/** One line each of the answer to a borrower, which ends when the lender does. */
type Notice = { readonly url: string } | { readonly log: LogEvent } | { readonly ended: string };

type Lender = { readonly url: string; stop(): Promise<void> };

/** Runs containers until it is stopped, in vitest's own process. */
export const lendContainers = async (): Promise<Lender> => {
  const started = new Map<string, ReturnType<RunContainer>>();
  const borrowers = new Set<ServerResponse>();
  const tell = (borrower: ServerResponse, notice: Notice): void =>
    void borrower.write(`${JSON.stringify(notice)}\n`);
  const run = runCpuServer((log) => {
    for (const borrower of borrowers) tell(borrower, { log });
  });

  const lend = async (incoming: IncomingMessage, borrower: ServerResponse): Promise<void> => {
    borrowers.add(borrower);
    borrower.once("close", () => borrowers.delete(borrower));
    borrower.flushHeaders();
    const spec = (await json(incoming)) as LocalContainer;
    const running = started.get(spec.modelName) ?? run(spec);
    started.set(spec.modelName, running);
    try {
      const container = await running;
      if (container === undefined) throw new Error(`nothing here runs ${spec.image}`);
      tell(borrower, { url: container.url });
      tell(borrower, { ended: (await container.exited) ?? "" });
    } catch (error) {
      tell(borrower, { ended: String(error) });
    }
    started.delete(spec.modelName);
  };
  const listener = await listenOnLoopback(
    createServer((incoming, borrower) => void lend(incoming, borrower)),
  );
  return {
    url: listener.url,
    stop: async () => {
      await listener.close();
      for (const container of started.values()) await (await container)?.stop();
    },
  };
};

/** Borrows a container. What it logs is the borrower's to read from then on. */
export const borrowContainer = async (
  lenderUrl: string,
  spec: LocalContainer,
  log: LogSink,
): Promise<RunningContainer> => {
  const outgoing = request(lenderUrl, { method: "POST" });
  outgoing.end(JSON.stringify(spec));
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const url = Promise.withResolvers<string>();
  const exited = Promise.withResolvers<string>();
  const end = (reason: string): void => {
    url.reject(new Error(reason));
    exited.resolve(reason);
  };
  response.on("error", (error) => end(error.message)).on("close", () => end("it was given back"));
  createInterface({ input: response }).on("line", (line) => {
    const notice = JSON.parse(line) as Notice;
    if ("url" in notice) url.resolve(notice.url);
    else if ("log" in notice) log(notice.log);
    else end(notice.ended);
  });
  return {
    url: await url.promise,
    exited: exited.promise,
    stop: () => void response.destroy(),
  };
};
