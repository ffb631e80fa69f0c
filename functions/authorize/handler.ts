import { parseKey } from "../../core/access/key-format.ts";
import { verifyKey, type KeyVerdict } from "../../core/access/verify-key.ts";
import { keyRecords } from "../adapters/dynamodb/key-records.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { sha256, systemClock } from "../system.ts";
import { bearerToken } from "./bearer-token.ts";
import { type AuthorizerAnswer, allow, deny } from "./answer.ts";

const keys = keyRecords(dynamoDb(), required(environment.directoryTable));

type AuthorizerEvent = {
  readonly methodArn: string;
  readonly headers: Readonly<Record<string, string | undefined>> | null;
};

/**
 * API Gateway's REQUEST authorizer: key -> principal. Refusals are answers too, so that API Gateway caches them like
 * grants: a storm of bad keys costs one invocation per key and minute.
 */
export const handler = async (event: AuthorizerEvent): Promise<AuthorizerAnswer> => {
  const verdict = await verify(bearerToken(event.headers ?? {}));
  return verdict.ok ? allow(event.methodArn, verdict.principal) : deny(event.methodArn, verdict.code);
};

const verify = async (token: string | undefined): Promise<KeyVerdict> => {
  const presented = token === undefined ? undefined : parseKey(token);
  // A mistyped or invented key is refused by its checksum, without a read.
  if (!presented) return { ok: false, code: "invalid_api_key" };
  const record = await keys.find(presented.id);
  return verifyKey(presented, sha256(presented.secret), record, systemClock.now());
};
