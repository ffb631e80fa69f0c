import type { AccessCheck, AwsCall } from "../aws-service.ts";
import type { Keyring } from "./keyring.ts";

/** A call that was read and whose keys were found: what it asks of IAM, and what it answers once allowed. */
export type PreparedOperation = {
  readonly checks: readonly AccessCheck[];
  run(): Readonly<Record<string, unknown>>;
};

/** Prepares a call; throws AWS's errors for a request that cannot be read or names no key. */
export type KmsOperation = (call: AwsCall, keyring: Keyring) => PreparedOperation;
