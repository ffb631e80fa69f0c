import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { BodyCheck, type Expectation } from "./expectation.ts";
import { ResponseReader } from "./response-reader.ts";

/** One request and its answer, in milliseconds since the request was written. */
export type Exchange = {
  /** Until the first byte of the body. */
  readonly firstByteMs: number;
  readonly firstByteAt: number;
  readonly totalMs: number;
  /** What was wrong with the answer. */
  readonly problem: string | undefined;
};

/** A client that sends the same request again and again on one connection, as an SDK with keep-alive does. */
export class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #expected: Expectation;
  readonly #onEvents: (count: number) => void;

  private constructor(
    socket: Socket,
    request: Buffer,
    expected: Expectation,
    onEvents: (count: number) => void,
  ) {
    this.#socket = socket;
    this.#request = request;
    this.#expected = expected;
    this.#onEvents = onEvents;
  }

  /** @param onEvents hears of server-sent events as they arrive */
  static async open(
    port: number,
    request: Buffer,
    expected: Expectation,
    onEvents: (count: number) => void,
  ): Promise<Connection> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new Connection(socket, request, expected, onEvents);
  }

  exchange(): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      let firstByteAt = 0;
      const check = new BodyCheck(this.#expected);
      const reader = new ResponseReader((piece) => {
        firstByteAt ||= performance.now();
        const events = check.push(piece);
        if (events > 0) this.#onEvents(events);
      });
      const settle = (outcome: () => void): void => {
        this.#socket.off("data", onData).off("close", onClose).off("error", reject);
        outcome();
      };
      const onClose = (): void =>
        settle(() => reject(new Error("the connection was closed before the answer ended")));
      const onData = (bytes: Buffer): void => {
        try {
          if (!reader.push(bytes)) return;
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(String(error))));
          return;
        }
        const totalMs = performance.now() - startedAt;
        const problem = check.verdict(reader.status);
        settle(() => resolve({ firstByteMs: firstByteAt - startedAt, firstByteAt, totalMs, problem }));
      };
      this.#socket.on("data", onData).on("close", onClose).on("error", reject);
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
