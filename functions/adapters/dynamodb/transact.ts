import { setTimeout as sleep } from "node:timers/promises";
import type { CancellationReason, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, isConflict, isTransactionCanceled } from "./dynamo-db.ts";

/** Which of the items refused the transaction; `undefined` for those that did not. */
export type TransactionOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reasons: readonly (CancellationReason | undefined)[] };

const attemptsMax = 8;
/** The longest that conflicts are waited for, before a last call. */
export const conflictMsMax = 2000;

/** Writes all items or none. Waits for transactions on the same items; rejects where the outcome is unknown. */
export const transact = async (
  client: DynamoDb,
  input: TransactWriteItemsCommandInput,
): Promise<TransactionOutcome> =>
  despiteConflicts(async () => {
    try {
      await client.transactWriteItems(input);
      return { ok: true };
    } catch (error) {
      if (!isTransactionCanceled(error)) throw error;
      const reasons = error.CancellationReasons ?? [];
      if (!reasons.some(({ Code: code }) => code === "ConditionalCheckFailed")) throw error;
      return {
        ok: false,
        reasons: reasons.map((reason) => (reason.Code === "ConditionalCheckFailed" ? reason : undefined)),
      };
    }
  });

/** Another transaction held an item: nothing was written, and it is over in milliseconds. The client does not try again by itself. */
export const despiteConflicts = async <Result>(write: () => Promise<Result>): Promise<Result> => {
  const startedAtMs = Date.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === attemptsMax || !isConflict(error)) throw error;
      await sleep(Math.random() * 10 * 2 ** attempt);
      if (Date.now() > startedAtMs + conflictMsMax) throw error;
    }
  }
};
