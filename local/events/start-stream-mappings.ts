import type { AccessCheck, Caller } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import type { Functions } from "../lambda/function-runner.ts";
import type { LogSink } from "../log-event.ts";
import { openCheckpointStore } from "./checkpoint-store.ts";
import { systemClock, type Clock } from "./clock.ts";
import { isQueueMapping } from "./queue-mapping-settings.ts";
import { runStreamMapping } from "./stream-mapping.ts";
import { readStreamMapping, type StreamMappingSettings } from "./stream-mapping-settings.ts";
import type { StreamSource } from "./stream-source.ts";

export type StreamMappingOptions = {
  /** Where checkpoints are kept; in memory when absent, which fits a database in memory only. */
  readonly checkpointDir?: string;
  /** IAM's answer for the function's role. */
  readonly isAllowed: (caller: Caller, check: AccessCheck) => boolean;
  /** Gets notices of what was given up on and what broke; never a record. */
  readonly log: LogSink;
  readonly clock?: Clock;
};

export type StreamMappings = {
  /** No more invocations; resolves when the running ones have ended. */
  stop(): Promise<void>;
};

/** What Lambda asks of the function's role when a mapping is created. */
const requiredActions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/** Runs every `AWS::Lambda::EventSourceMapping` of a stream. Refuses one whose function may not read its stream. */
export async function startStreamMappings(
  deployment: Deployment,
  functions: Functions,
  dynamodb: StreamSource,
  options: StreamMappingOptions,
): Promise<StreamMappings> {
  const { log, clock = systemClock } = options;
  const mappings = deployment
    .resources("AWS::Lambda::EventSourceMapping")
    .filter((resource) => !isQueueMapping(resource))
    .flatMap((resource) => readStreamMapping(resource, functions) ?? []);
  for (const mapping of mappings) requireAccess(mapping, options.isAllowed);

  const stopping = new AbortController();
  const ends: Promise<void>[] = [];
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(ends);
  };
  try {
    for (const settings of mappings) {
      const { ended } = await runStreamMapping({
        settings,
        source: dynamodb,
        checkpoints: await openCheckpointStore(options.checkpointDir, settings.name),
        clock,
        signal: stopping.signal,
        notice: (message) => log({ kind: "notice", message: `${settings.name}: ${message}` }),
      });
      ends.push(
        ended.catch((error: unknown) =>
          log({ kind: "notice", message: `${settings.name} delivers no more: ${String(error)}` }),
        ),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function requireAccess(mapping: StreamMappingSettings, isAllowed: StreamMappingOptions["isAllowed"]): void {
  const denied = requiredActions.filter(
    (action) =>
      !isAllowed(mapping.runner.caller, { action: `dynamodb:${action}`, resource: mapping.streamArn }),
  );
  if (denied.length === 0) return;
  throw new Error(
    `${mapping.name}: cannot access stream ${mapping.streamArn}. Please ensure the role ` +
      `${mapping.runner.caller.roleArn} can perform ${denied.join(", ")} on it in IAM.`,
  );
}
