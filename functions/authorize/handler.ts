import { parseKey } from "../../core/access/key-format.ts";
import { type Principal, principalOf } from "../../core/access/principal.ts";
import { type KeyRefusal, verifyKey } from "../../core/access/verify-key.ts";
import { customerRecords } from "../adapters/dynamodb/customer-records.ts";
import { keyRecords } from "../adapters/dynamodb/key-records.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";
import { sha256, systemClock } from "../system.ts";
import { bearerToken } from "./bearer-token.ts";
import { type AuthorizerAnswer, allow, deny } from "./answer.ts";

const client = dynamoDb();
const keys = keyRecords(client, required(environment.directoryTable));
const customers = customerRecords(client, required(environment.directoryTable));

type AuthorizerEvent = {
  readonly methodArn: string;
  readonly headers: Readonly<Record<string, string | undefined>> | null;
};

/**
 * API Gateway's REQUEST authorizer: key -> principal. Refusals are answers too, so that API Gateway caches them like
 * grants: a storm of bad keys costs one invocation per key and minute.
 */
export const handler = async (event: AuthorizerEvent): Promise<AuthorizerAnswer> => {
  const verdict = await identify(bearerToken(event.headers ?? {}));
  return verdict.ok ? allow(event.methodArn, verdict.principal) : deny(event.methodArn, verdict.code);
};

type Identity =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly code: KeyRefusal };

const identify = async (token: string | undefined): Promise<Identity> => {
  const presented = token === undefined ? undefined : parseKey(token);
  // A mistyped or invented key is refused by its checksum, without a read.
  if (!presented) return { ok: false, code: "invalid_api_key" };
  const record = await keys.find(presented.id);
  const verdict = verifyKey(presented, sha256(presented.secret), record, systemClock.now());
  if (!verdict.ok) return verdict;
  const customer = await customers.find(verdict.record.customer);
  // A key without a customer has nobody who pays for it.
  return customer
    ? { ok: true, principal: principalOf(verdict.record, customer) }
    : { ok: false, code: "invalid_api_key" };
};
