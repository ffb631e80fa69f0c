import { AwsError, type AwsCall, type AwsService } from "../aws-service.ts";
import type { CallLog } from "../call-log.ts";
import type { Deployment } from "../cloudformation/template.ts";
import { parseObject, type JsonObject } from "../json-value.ts";
import { dynamoDbChecks } from "./access-checks.ts";
import { fromDynoxide, mayNameArns, toDynoxide } from "./arn-rewriting.ts";
import { askingForCapacity, consumedUnits, consumesCapacity, withoutCapacity } from "./consumed-capacity.ts";
import { DynamoDbError } from "./dynoxide-process.ts";
import { itemAccesses } from "./item-access.ts";
import { startRegion, type Region, type RegionOptions } from "./region.ts";
import { readTables, type TableDefinition } from "./table-definition.ts";

/** A write that is about to happen: replication needs its moment, stream readers a nudge. */
export type WriteNotice = { readonly region: string; readonly tableName: string; readonly key: JsonObject };

/** DynamoDB and DynamoDB Streams in every region of the deployment. */
export type DynamoDb = AwsService & {
  readonly tables: readonly TableDefinition[];
  /** Sends an operation as the emulator itself: no IAM. `target` as in `DynamoDBStreams_20120810.GetRecords`. */
  send(region: string, target: string, body: JsonObject): Promise<JsonObject>;
  streamArn(region: string, tableName: string): string | undefined;
  /** Calls back before each write of a caller; returns how to stop that. */
  onWrite(listener: (write: WriteNotice) => void): () => void;
  readonly pids: readonly (number | undefined)[];
  stop(): Promise<void>;
};

type Options = RegionOptions & { readonly callLog: CallLog };

/** Operations whose answers name ARNs or regions. Others pass as they are: an item may contain any text. */
const namesArns = /^(Describe|ListStreams|GetRecords|GetShardIterator)/;

const keyOf = (attributes: JsonObject, table: TableDefinition): JsonObject =>
  Object.fromEntries(table.keyNames.map((name) => [name, attributes[name]]));

/** Starts one dynoxide per region and creates the tables of the templates. */
export const startDynamoDb = async (deployment: Deployment, options: Options): Promise<DynamoDb> => {
  const tables = readTables(deployment);
  const names = [...new Set(tables.map((table) => table.region))];
  const started = await Promise.allSettled(
    names.map((name) =>
      startRegion(
        name,
        tables.filter((table) => table.region === name),
        options,
      ),
    ),
  );
  const regions = new Map(
    started.flatMap((outcome) =>
      outcome.status === "fulfilled" ? [[outcome.value.region, outcome.value]] : [],
    ),
  );
  const stop = async (): Promise<void> => {
    await Promise.all([...regions.values()].map((region) => region.process.stop()));
  };
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }

  const listeners = new Set<(write: WriteNotice) => void>();
  const regionOf = (name: string): Region => {
    const region = regions.get(name);
    if (region === undefined)
      throw new AwsError(
        "ResourceNotFoundException",
        `Requested resource not found: no table is deployed in ${name}`,
      );
    return region;
  };
  const operationOf = (call: AwsCall): string => {
    const target = call.request.headers["x-amz-target"];
    return typeof target === "string" ? target.replace(/^.*\./, "") : "";
  };
  const bodies = new WeakMap<AwsCall, JsonObject>();
  const bodyOf = (call: AwsCall): JsonObject => {
    const known = bodies.get(call);
    if (known !== undefined) return known;
    const body = call.body.length === 0 ? {} : parseObject(call.body.toString("utf8"), "the request");
    bodies.set(call, body);
    return body;
  };

  const noticeWrites = (region: Region, operation: string, body: JsonObject): void => {
    if (listeners.size === 0) return;
    for (const { isWrite, tableName, attributes } of itemAccesses(operation, body) ?? []) {
      const table = region.find(tableName);
      if (!isWrite || table === undefined || attributes === undefined) continue;
      for (const listener of listeners)
        listener({ region: region.region, tableName, key: keyOf(attributes, table) });
    }
  };

  const handle = async (call: AwsCall): Promise<void> => {
    const region = regionOf(call.region);
    const operation = operationOf(call);
    const body = bodyOf(call);
    noticeWrites(region, operation, body);
    const counts = options.callLog.isOn() && consumesCapacity(operation);
    const rewritten =
      counts || mayNameArns(call.body) ? toDynoxide(counts ? askingForCapacity(body) : body) : undefined;
    const answer = await region.process.call(
      String(call.request.headers["x-amz-target"]),
      rewritten === undefined ? call.body : JSON.stringify(rewritten),
    );
    let text: string | Buffer = answer.body;
    if (namesArns.test(operation))
      text = fromDynoxide(answer.body.toString("utf8"), region.region, region.account);
    if (counts && answer.status === 200) {
      const parsed = parseObject(answer.body.toString("utf8"), operation);
      const units = consumedUnits(parsed);
      options.callLog.recordCapacity({ region: call.region, roleArn: call.caller.roleArn, operation, units });
      if (body["ReturnConsumedCapacity"] === undefined) text = JSON.stringify(withoutCapacity(parsed));
    }
    call.response.writeHead(answer.status, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(text),
    });
    call.response.end(text);
  };

  return {
    protocol: "json",
    tables,
    checks: (call) => dynamoDbChecks(operationOf(call), bodyOf(call), regionOf(call.region)),
    handle,
    send: async (name, target, body) => {
      const region = regionOf(name);
      const { status, body: bytes } = await region.process.call(target, JSON.stringify(toDynoxide(body)));
      const text = fromDynoxide(bytes.toString("utf8"), region.region, region.account);
      const answer = text === "" ? {} : parseObject(text, `the answer of ${target}`);
      if (status !== 200) throw new DynamoDbError(target, answer);
      return answer;
    },
    streamArn: (name, tableName) => regions.get(name)?.streamArn(tableName),
    onWrite: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    pids: [...regions.values()].map((region) => region.process.pid),
    stop,
  };
};
