import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  askingForCapacity,
  consumedUnits,
  consumesCapacity,
} from "../../local/dynamodb/consumed-capacity.ts";
import { parseObject } from "../../local/json-value.ts";
import { listenOnLoopback } from "../../local/listen.ts";
import { readBody } from "../../local/read-body.ts";
import type { System } from "../systems/system.ts";
import { requestBody, workloads } from "../workload.ts";

const requestCount = 60;

export type WriteUnits = { readonly perRequest: number; readonly requests: number };

/** Stands between the functions and the database and adds up what their writes cost. */
const startMeter = async (databaseUrl: string) => {
  let units = 0;
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const body = parseObject((await readBody(request)).toString(), "the request");
    const isCounted = consumesCapacity(operation);
    const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(databaseUrl, {
      method: "POST",
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      body: JSON.stringify(isCounted ? askingForCapacity(body) : body),
    });
    const text = await answer.text();
    if (isCounted && /Put|Update|Delete|Write/.test(operation))
      units += consumedUnits(parseObject(text, "the answer"));
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(text);
  };
  const listener = await listenOnLoopback(
    createServer((request, response) => {
      forward(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    }),
  );
  return { url: listener.url, units: () => units, stop: () => listener.close() };
};

/** DynamoDB write units per answered request, over an environment of its own: `start` makes one on the given database. */
export const measureWriteUnits = async (
  databaseUrl: string,
  start: (databaseUrl: string) => Promise<System>,
): Promise<WriteUnits> => {
  const meter = await startMeter(databaseUrl);
  const system = await start(meter.url);
  try {
    for (let sent = 0; sent < requestCount; sent++) {
      const answer = await fetch(`http://127.0.0.1:${system.port}${system.path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...system.headers },
        body: requestBody(workloads.json),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }
    return { perRequest: meter.units() / requestCount, requests: requestCount };
  } finally {
    await system.process?.stop();
    await meter.stop();
  }
};
