import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { RunningContainer } from "../../../local/sagemaker/run-container.ts";

export type FakeContainer = RunningContainer & {
  /** Ends it as a crash would: connections are cut, and `exited` says so. */
  crash(): Promise<void>;
  readonly invocations: {
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
    aborted: boolean;
  }[];
};

/** A server of SageMaker's contract that does what the body of an invocation says. */
export async function fakeContainer(
  act: (body: string, response: ServerResponse) => void,
): Promise<FakeContainer> {
  const invocations: FakeContainer["invocations"] = [];
  const server = createServer((request, response) => {
    if (request.url === "/ping") {
      response.end();
      return;
    }
    void (async () => {
      const invocation = { headers: request.headers, body: await text(request), aborted: false };
      invocations.push(invocation);
      response.once("close", () => {
        invocation.aborted = !response.writableFinished;
      });
      act(invocation.body, response);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { promise: exited, resolve: exit } = Promise.withResolvers<string>();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    exited,
    invocations,
    stop,
    async crash() {
      await stop();
      exit("killed by SIGKILL");
    },
  };
}
