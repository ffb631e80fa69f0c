import type {
  CancellationReason,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  DescribeTableCommandInput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  TableDescription,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./item.ts";

/**
 * The calls that our stores make, named and typed as by the SDK's `DynamoDB`, which is one implementation; the functions
 * run on a smaller one. Both try again what may pass, reject with DynamoDB's own error names, and send a transaction under a
 * token, so that a second attempt cannot write it twice.
 */
export type DynamoDb = {
  getItem(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, "Item">>;
  putItem(input: PutItemCommandInput): Promise<unknown>;
  updateItem(input: UpdateItemCommandInput): Promise<Pick<UpdateItemCommandOutput, "Attributes">>;
  deleteItem(input: DeleteItemCommandInput): Promise<Pick<DeleteItemCommandOutput, "Attributes">>;
  query(input: QueryCommandInput): Promise<QueryPage>;
  transactWriteItems(input: TransactWriteItemsCommandInput): Promise<unknown>;
  describeTable(
    input: DescribeTableCommandInput,
  ): Promise<{ readonly Table?: Pick<TableDescription, "KeySchema" | "LatestStreamArn"> | undefined }>;
};

/**
 * The longest that a call of the functions' client takes, retries included: less than what clients wait for, and than the
 * time in which a usage event may be stored (`LeaseTerms.storeMsMax`).
 */
export const callMsMax = 9000;

/** Items of a query, and where the next page starts if there is one. */
export type QueryPage = Pick<QueryCommandOutput, "Items" | "LastEvaluatedKey">;

const isNamed = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;

/** The condition of a write did not hold; with the item that is there, if the write asked for it. */
export const isConditionFailed = (error: unknown): error is Error & { readonly Item?: Item } =>
  isNamed(error, "ConditionalCheckFailedException");

/** Nothing was written, for these reasons: one for each item of the transaction, in its order. */
export const isTransactionCanceled = (
  error: unknown,
): error is Error & { readonly CancellationReasons?: CancellationReason[] } =>
  isNamed(error, "TransactionCanceledException");

const passingReasons: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Another transaction held an item, or there was too much to do: nothing was written, and the same may be soon. */
export const isConflict = (error: unknown): boolean => {
  if (!isTransactionCanceled(error)) return isNamed(error, "TransactionConflictException");
  const codes = (error.CancellationReasons ?? []).map(({ Code: code = "None" }) => code);
  return codes.some((code) => passingReasons.has(code)) && !codes.includes("ConditionalCheckFailed");
};
