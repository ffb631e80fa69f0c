import { onTestFinished } from "vitest";
import {
  startStreamMappings,
  type StreamMappingOptions,
  type StreamMappings,
} from "../../../local/events/start-stream-mappings.ts";
import type { InvocationResult } from "../../../local/lambda/function-runner.ts";
import type { LogEvent } from "../../../local/log-event.ts";
import { fakeDeployment } from "../api-gateway/fake-deployment.ts";
import { fakeFunction, fakeFunctions, payload, type FakeFunction } from "../api-gateway/fake-function.ts";
import { fakeClock, type FakeClock } from "./fake-clock.ts";
import { fakeStream, type FakeStream } from "./fake-stream.ts";

export const streamArn = "arn:aws:dynamodb:eu-west-1:111111111111:table/Usage/stream/2026-11-23T00:00:00.000";

type Started = {
  readonly clock: FakeClock;
  readonly mappings: StreamMappings;
  readonly log: readonly LogEvent[];
};

/** Runs one mapping of the stream to the consumer, on a clock of the test. */
export async function startMapping(
  stream: FakeStream,
  consumer: FakeFunction,
  properties: Record<string, unknown> = {},
  options: Partial<StreamMappingOptions> = {},
): Promise<Started> {
  const clock = fakeClock();
  const log: LogEvent[] = [];
  const deployment = fakeDeployment({
    Mapping: {
      type: "AWS::Lambda::EventSourceMapping",
      properties: {
        EventSourceArn: streamArn,
        FunctionName: "consumer",
        StartingPosition: "TRIM_HORIZON",
        ...properties,
      },
    },
  });
  const mappings = await startStreamMappings(deployment, fakeFunctions(consumer), stream, {
    isAllowed: () => true,
    log: (event) => log.push(event),
    clock,
    ...options,
  });
  onTestFinished(() => mappings.stop());
  return { clock, mappings, log };
}

type BatchEvent = {
  Records: { eventSourceARN: string; dynamodb: { SequenceNumber: string; Keys: { pk: { S: string } } } }[];
};
export const recordsOf = (event: Record<string, unknown>): BatchEvent["Records"] =>
  (event as unknown as BatchEvent).Records;
/** "1,2": the sequence numbers of an event's records. */
export const sequences = (event: Record<string, unknown>): string =>
  recordsOf(event)
    .map(({ dynamodb }) => dynamodb.SequenceNumber)
    .join(",");
/** Of every call that the consumer got. */
export const batches = (consumer: FakeFunction): readonly string[] => consumer.events.map(sequences);

/** A consumer that answers by the sequence numbers it gets. */
export const consumerOf = (
  answer: (batch: string) => InvocationResult | Promise<InvocationResult> = () => payload(null),
): FakeFunction => fakeFunction("consumer", (event) => answer(sequences(event)));

/** A report of records that failed. */
export const failed = (...ids: readonly string[]): InvocationResult =>
  payload({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

/** A stream of so many items, each written once. */
export function streamOf(records: number): FakeStream {
  const stream = fakeStream();
  for (let index = 0; index < records; index += 1) stream.put(`item-${index}`);
  return stream;
}
