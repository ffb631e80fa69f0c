import type { AccessCheck, Caller } from "../aws-service.ts";
import type { Deployment } from "../cloudformation/template.ts";
import type { Functions } from "../lambda/function-runner.ts";
import type { LogSink } from "../log-event.ts";
import { keyChecks, queueCheck } from "../sqs/queue-checks.ts";
import type { Queue } from "../sqs/queue.ts";
import type { Kms } from "../kms/kms.ts";
import { systemClock, type Clock } from "./clock.ts";
import { isQueueMapping, readQueueMapping, type QueueMappingSettings } from "./queue-mapping-settings.ts";
import { runQueueMapping } from "./queue-mapping.ts";

type Options = {
  /** The queue of an ARN; undefined for one of no template. */
  readonly findQueue: (arn: string) => Queue | undefined;
  readonly kms: Kms;
  /** IAM's answer for the function's role. */
  readonly isAllowed: (caller: Caller, check: AccessCheck) => boolean;
  /** Gets notices of what broke; never a message. */
  readonly log: LogSink;
  readonly clock?: Clock;
};

export type QueueMappings = {
  /** No more invocations; resolves when the running ones have ended. */
  stop(): Promise<void>;
};

/** What Lambda asks of the function's role when a mapping is created. */
const requiredActions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/** Runs every `AWS::Lambda::EventSourceMapping` of a queue. Refuses one whose function may not read its queue. */
export function startQueueMappings(
  deployment: Deployment,
  functions: Functions,
  { findQueue, kms, isAllowed, log, clock = systemClock }: Options,
): QueueMappings {
  const mappings = deployment
    .resources("AWS::Lambda::EventSourceMapping")
    .filter(isQueueMapping)
    .flatMap((resource) => readQueueMapping(resource, functions, findQueue) ?? []);
  for (const mapping of mappings) requireAccess(mapping, kms, isAllowed);

  const stopping = new AbortController();
  const ends = mappings.map((settings) =>
    runQueueMapping({ settings, clock, signal: stopping.signal }).catch((error: unknown) =>
      log({ kind: "notice", message: `${settings.name} delivers no more: ${String(error)}` }),
    ),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(ends);
    },
  };
}

function requireAccess(
  { name, queue: { settings }, runner }: QueueMappingSettings,
  kms: Kms,
  isAllowed: Options["isAllowed"],
): void {
  const checks = [
    ...requiredActions.map((action) => queueCheck(settings, action)),
    ...keyChecks(settings, "receive", kms),
  ];
  const denied = checks.filter((check) => !isAllowed(runner.caller, check));
  if (denied.length === 0) return;
  throw new Error(
    `${name}: the role ${runner.caller.roleArn} lacks permissions on ${settings.arn} or its key: ` +
      denied.map(({ action }) => action).join(", "),
  );
}
