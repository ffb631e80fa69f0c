import { join } from "node:path";
import { z } from "zod";
import type { PolicyDocument } from "../aws-service.ts";
import { refAttribute } from "../cloudformation/deployment.ts";
import { describe } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import type { Clock } from "../events/clock.ts";
import { parsePolicy } from "../iam/parse-policy.ts";
import type { Kms } from "../kms/kms.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import { messagesInFolder, messagesInMemory } from "./message-store.ts";
import { Queue, type QueueSettings } from "./queue.ts";

const seconds = (from: number, to: number) => z.int().min(from).max(to);

/** What is missing here is refused at start: FIFO queues, who may redrive to a queue, and the like. */
const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: seconds(0, 43_200).default(30),
  MessageRetentionPeriod: seconds(60, 1_209_600).default(345_600),
  DelaySeconds: seconds(0, 900).default(0),
  MaximumMessageSize: z.int().min(1024).max(1_048_576).default(1_048_576),
  ReceiveMessageWaitTimeSeconds: seconds(0, 20).default(0),
  RedrivePolicy: z
    .strictObject({
      deadLetterTargetArn: z.string(),
      // CloudFormation takes it as text too.
      maxReceiveCount: z.coerce.number().int().min(1).max(1000),
    })
    .optional(),
  KmsMasterKeyId: z.string().optional(),
  // How long SQS goes without asking KMS again: here it asks every time.
  KmsDataKeyReusePeriodSeconds: inert,
  // With a key of SQS's own, which takes no permission.
  SqsManagedSseEnabled: inert,
  Tags: inert,
});

const policyProperties = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

type Options = {
  readonly kms: Kms;
  readonly clock: Clock;
  /** The address of this machine's SQS. */
  readonly endpointUrl: string;
  /** Messages live below it; in memory without it. */
  readonly folder: string | undefined;
};

/** Every queue of the deployment by its ARN, with its policy and, where it has one, its dead-letter queue. */
export function queuesFromTemplates(deployment: Deployment, options: Options): ReadonlyMap<string, Queue> {
  const resources = deployment.resources("AWS::SQS::Queue");
  // The SDK calls the host of a queue's URL, not its endpoint: so that one must lead here.
  for (const resource of resources)
    resource.stack.provide(resource.logicalId, refAttribute, urlOf(resource, options.endpointUrl));
  const policies = policiesByQueue(deployment);
  const queues = new Map<string, Queue>();
  for (const resource of resources) {
    const settings = settingsOf(resource, policies, options);
    const { folder, clock } = options;
    const store =
      folder === undefined
        ? messagesInMemory
        : messagesInFolder(join(folder, settings.region, settings.name));
    const deadLetters = () => queues.get(settings.redrive?.deadLetterArn ?? "");
    queues.set(settings.arn, new Queue(settings, { store, clock, deadLetters }));
  }
  for (const resource of resources) requireDeadLetterQueue(resource, queues);
  return queues;
}

const nameOf = (resource: Resource): string => resource.attribute("QueueName");

const urlOf = (resource: Resource, endpointUrl: string): string =>
  `${endpointUrl}/${resource.stack.account}/${nameOf(resource)}`;

/** By region and URL: queues of two regions that share a name share their URL here. */
function policiesByQueue(deployment: Deployment): ReadonlyMap<string, PolicyDocument> {
  const policies = new Map<string, PolicyDocument>();
  for (const resource of deployment.resources("AWS::SQS::QueuePolicy")) {
    const { Queues: urls, PolicyDocument: document } = parseProperties(resource, policyProperties);
    for (const url of urls) {
      const key = regional(resource.stack.region, url);
      if (policies.has(key)) throw new Error(`${describe(resource)}: ${url} has a policy already`);
      policies.set(key, parsePolicy(document, describe(resource)));
    }
  }
  return policies;
}

const regional = (region: string, url: string): string => `${region} ${url}`;

function settingsOf(
  resource: Resource,
  policies: ReadonlyMap<string, PolicyDocument>,
  { kms, endpointUrl }: Options,
): QueueSettings {
  const properties = parseProperties(resource, queueProperties);
  const { region } = resource.stack;
  const url = urlOf(resource, endpointUrl);
  const { RedrivePolicy: redrive, KmsMasterKeyId: keyId } = properties;
  return {
    name: nameOf(resource),
    arn: resource.attribute("Arn"),
    url,
    region,
    visibilityTimeoutMs: properties.VisibilityTimeout * 1000,
    retentionMs: properties.MessageRetentionPeriod * 1000,
    delayMs: properties.DelaySeconds * 1000,
    messageBytesMax: properties.MaximumMessageSize,
    receiveWaitMs: properties.ReceiveMessageWaitTimeSeconds * 1000,
    redrive: redrive && {
      deadLetterArn: redrive.deadLetterTargetArn,
      receiveCountMax: redrive.maxReceiveCount,
    },
    keyArn: keyId === undefined ? undefined : kms.keyAccess(keyId, region).keyArn,
    policy: policies.get(regional(region, url)),
  };
}

function requireDeadLetterQueue(resource: Resource, queues: ReadonlyMap<string, Queue>): void {
  const { redrive, region } = queues.get(resource.attribute("Arn"))?.settings ?? {};
  if (redrive === undefined) return;
  const deadLetters = queues.get(redrive.deadLetterArn);
  if (deadLetters?.settings.region !== region)
    throw new Error(
      `${describe(resource)}: its dead-letter queue ${redrive.deadLetterArn} is not in ${region}`,
    );
}
