import { z } from "zod";
import type { Resource } from "../cloudformation/template.ts";
import { inert, parseProperties } from "../kms/parse-properties.ts";
import type { FunctionRunner, Functions } from "../lambda/function-runner.ts";
import { compileEventFilter, type EventFilter } from "./event-filter.ts";

/** An event source mapping of a DynamoDB stream. */
export type StreamMappingSettings = {
  /** Unique and usable as a file name. */
  readonly name: string;
  readonly streamArn: string;
  readonly runner: FunctionRunner;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST";
  /** Records per invocation. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more. */
  readonly batchingWindowMs: number;
  /** Batches of one shard in flight at once; an item's records stay in order. */
  readonly parallelizationFactor: number;
  /** Length of the tumbling windows; undefined: there are none. */
  readonly windowMs: number | undefined;
  readonly accepts: EventFilter;
  readonly delivery: DeliveryPolicy;
};

export type DeliveryPolicy = {
  /** Undefined: as long as the record exists. */
  readonly retryAttemptsMax: number | undefined;
  /** Undefined: records never grow too old. */
  readonly recordAgeMsMax: number | undefined;
  /** A failed batch is halved, so that one bad record holds up only itself. */
  readonly bisectOnError: boolean;
  /** The function answers with the sequence numbers that failed. */
  readonly reportsItemFailures: boolean;
};

const unlimited = -1;

// DestinationConfig, provisioned pollers and the rest are refused: strict.
const mappingProperties = z.strictObject({
  EventSourceArn: z
    .string()
    .regex(/^arn:[^:]+:dynamodb:.*\/stream\//, "only DynamoDB streams and SQS queues are modelled locally"),
  FunctionName: z.string(),
  StartingPosition: z.enum(["TRIM_HORIZON", "LATEST"]),
  Enabled: z.boolean().default(true),
  BatchSize: z.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
  ParallelizationFactor: z.number().int().min(1).max(10).default(1),
  TumblingWindowInSeconds: z.number().int().min(0).max(900).default(0),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) })
    .default({ Filters: [] }),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  MaximumRetryAttempts: z.number().int().min(unlimited).max(10_000).default(unlimited),
  MaximumRecordAgeInSeconds: z.number().int().min(unlimited).max(604_800).default(unlimited),
  Tags: inert,
});

const schema = mappingProperties.refine(
  ({ TumblingWindowInSeconds: seconds, ParallelizationFactor: lanes }) => seconds === 0 || lanes === 1,
  { error: "Lambda refuses a tumbling window with a parallelization factor above 1" },
);

/** Undefined for a mapping that the template disables. */
export function readStreamMapping(
  resource: Resource,
  functions: Functions,
): StreamMappingSettings | undefined {
  const properties = parseProperties(resource, schema);
  const where = `${resource.stack.name}/${resource.logicalId}`;
  const filters = properties.FilterCriteria.Filters.map(({ Pattern }) => compileEventFilter(Pattern, where));
  if (!properties.Enabled) return undefined;
  const { MaximumRetryAttempts: retries, MaximumRecordAgeInSeconds: age } = properties;
  const { TumblingWindowInSeconds: window } = properties;
  return {
    name: `${resource.stack.name}-${resource.logicalId}`,
    streamArn: properties.EventSourceArn,
    runner: functions.find(properties.FunctionName, resource.stack.region),
    startingPosition: properties.StartingPosition,
    batchSize: properties.BatchSize,
    batchingWindowMs: properties.MaximumBatchingWindowInSeconds * 1000,
    parallelizationFactor: properties.ParallelizationFactor,
    windowMs: window === 0 ? undefined : window * 1000,
    accepts: (event) => filters.length === 0 || filters.some((matches) => matches(event)),
    delivery: {
      retryAttemptsMax: retries === unlimited ? undefined : retries,
      recordAgeMsMax: age === unlimited ? undefined : age * 1000,
      bisectOnError: properties.BisectBatchOnFunctionError,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
    },
  };
}
