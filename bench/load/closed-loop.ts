import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../statistics.ts";
import { Connection } from "./connection.ts";
import type { Expectation } from "./expectation.ts";

export type LoadOrder = {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly expected: Expectation;
  /** Clients, each of which sends its next request when the answer to its last one has ended. */
  readonly concurrency: number;
  /** The clients start evenly over this time, so that paced streams do not beat in step. */
  readonly spreadMs: number;
  readonly warmUpMs: number;
};

/** What happened between the end of the warm-up and the call of `finish`; `answered` counts all requests. */
export type LoadFigures = {
  readonly answered: number;
  readonly seconds: number;
  readonly responses: number;
  readonly events: number;
  readonly totalMs: Spread;
  readonly firstByteMs: Spread;
};

export type Spread = { readonly p50: number; readonly p99: number };

const spreadOf = (samples: readonly number[]): Spread => ({
  p50: percentile(samples, 0.5),
  p99: percentile(samples, 0.99),
});

const requestText = ({ port, path, headers, body }: LoadOrder): Buffer => {
  const lines = {
    host: `127.0.0.1:${port}`,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`);
};

/** Load on one system. Rejects at the first answer that is wrong: figures of a broken system mean nothing. */
export type ClosedLoop = {
  /** Lets the requests in flight end, so that every admitted one has its usage event, and reports. */
  finish(): Promise<LoadFigures>;
};

/** Starts the clients and returns when they are warm: from then on it measures. */
export const startClosedLoop = async (order: LoadOrder): Promise<ClosedLoop> => {
  const { port, concurrency, expected, spreadMs, warmUpMs } = order;
  const request = requestText(order);
  let answered = 0;
  let events = 0;
  const window = { opensAt: Number.POSITIVE_INFINITY, closesAt: Number.POSITIVE_INFINITY };
  const isMeasured = (at: number): boolean => at >= window.opensAt && at < window.closesAt;
  const totals: number[] = [];
  const firstBytes: number[] = [];

  const client = async (delayMs: number): Promise<void> => {
    await sleep(delayMs);
    const connection = await Connection.open(port, request, expected, (count) => {
      if (isMeasured(performance.now())) events += count;
    });
    try {
      while (window.closesAt === Number.POSITIVE_INFINITY) {
        const { problem, totalMs, firstByteMs, firstByteAt } = await connection.exchange();
        if (problem !== undefined) throw new Error(problem);
        answered += 1;
        if (isMeasured(performance.now())) totals.push(totalMs);
        if (isMeasured(firstByteAt)) firstBytes.push(firstByteMs);
      }
    } finally {
      connection.close();
    }
  };

  const clients = Promise.all(
    Array.from({ length: concurrency }, (_, index) => client((index * spreadMs) / concurrency)),
  );
  await Promise.race([sleep(Math.max(spreadMs, warmUpMs)), clients]);
  window.opensAt = performance.now();

  return {
    async finish() {
      window.closesAt = performance.now();
      await clients;
      return {
        answered,
        seconds: (window.closesAt - window.opensAt) / 1000,
        responses: totals.length,
        events,
        totalMs: spreadOf(totals),
        firstByteMs: spreadOf(firstBytes),
      };
    },
  };
};
