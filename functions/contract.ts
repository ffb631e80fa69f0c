/**
 * What infrastructure and functions must agree on: the one file of functions/ that infra/ may import.
 * Names only; no logic, no imports.
 */

/** Every Lambda function: its folder is `functions/<name>/`, its entry `functions/<name>/handler.ts`, its export `handler`. */
export const functionNames = [
  "authorize",
  "infer",
  "models",
  "generations",
  "balance",
  "usage",
  "invoices",
  "invoice",
  "files",
  "file-content",
  "batches",
  "run-batch",
  "openapi",
  "health",
  "publish-catalogue",
  "roll-up",
  "record-closings",
  "find-stream",
  "post-usage",
  "close-month",
  "audit",
  "rebalance",
] as const;
export type FunctionName = (typeof functionNames)[number];

/** Environment variables. A construct that grants a permission sets the variable that goes with it. */
export const environment = {
  stage: "FAREBOX_STAGE",
  /** Comma-separated CORS origins, or `*`. */
  allowedOrigins: "FAREBOX_ALLOWED_ORIGINS",
  directoryTable: "FAREBOX_DIRECTORY_TABLE",
  accountsTable: "FAREBOX_ACCOUNTS_TABLE",
  usageTable: "FAREBOX_USAGE_TABLE",
  archiveBucket: "FAREBOX_ARCHIVE_BUCKET",
  /** Every region's, comma-separated: `<region>=<bucket>`. */
  archiveBuckets: "FAREBOX_ARCHIVE_BUCKETS",
  filesBucket: "FAREBOX_FILES_BUCKET",
  /** Comma-separated host names that images may be fetched from; absent if there is none. */
  imageHosts: "FAREBOX_IMAGE_HOSTS",
  batchQueueUrl: "FAREBOX_BATCH_QUEUE_URL",
} as const;

/** All three tables have the same key names: a string partition key and a string sort key. */
export const tableKeys = { partition: "pk", sort: "sk" } as const;

/** In the accounts table: what the partition of a customer's wallet begins with, and the sort key of a cell, before its region. */
export const walletPrefix = "wallet:";
export const cellPrefix = "CELL#";

/** The attribute of a cell that says which leases its last write closed; absent if it closed none. */
export const closedAttribute = "closed";

/** What the sort key of a usage event begins with: a request's id. Other items of the usage table begin otherwise. */
export const usageEventPrefix = "req_";

/** Items with this attribute (epoch seconds) are removed by DynamoDB's time to live. */
export const expiryAttribute = "ttl";

/** Largest request body that is accepted. A Lambda event holds 6 MB, and base64 takes a third of it. */
export const bodyBytesMax = 4 * 1024 * 1024;

/**
 * Types of bodies that reach a function as the bytes that were sent. Read as text, which is what API Gateway does with all
 * others, bytes that are not UTF-8 would arrive repaired.
 */
export const binaryMediaTypes = [
  "application/json",
  "application/octet-stream",
  "audio/*",
  "image/*",
  "multipart/form-data",
  "text/*",
  "video/*",
] as const;

/** How long API Gateway keeps an authorizer's answer: also the time until a revoked key stops working. */
export const authorizerCacheSeconds = 60;

/**
 * What the authorizer hands on. API Gateway carries strings only; lists are JSON.
 * `code` and `message` are set on refusals and rendered by the ACCESS_DENIED gateway response.
 */
export const authorizerContext = {
  principal: "principal",
  code: "code",
  message: "message",
} as const;

/** The longest a streamed answer may take. SageMaker ends streams after 8 minutes. */
export const streamSecondsMax = 8 * 60;

/** How long one invocation may work on a batch. It begins no request that could take it beyond. */
export const batchRunSecondsMax = 15 * 60;

/** Name of the custom resource property that carries the catalogue documents, as JSON. */
export const catalogueProperty = "Catalogue";

/** Property and attribute of the custom resource that finds a table's stream. */
export const tableNameProperty = "TableName";
export const streamArnAttribute = "StreamArn";

/** Name of the custom resource property that carries the terms of the models' prices, as JSON by model. */
export const priceTermsProperty = "PriceTerms";
