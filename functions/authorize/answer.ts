import type { Principal } from "../../core/access/principal.ts";
import type { KeyRefusal } from "../../core/access/verify-key.ts";
import { authorizerContext } from "../contract.ts";
import { writePrincipal } from "../http/principal-document.ts";

/** The answer of a Lambda authorizer. API Gateway caches it and shows `context` to integrations and error templates. */
export type AuthorizerAnswer = {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly {
      readonly Action: "execute-api:Invoke";
      readonly Effect: "Allow" | "Deny";
      readonly Resource: string;
    }[];
  };
  readonly context: Readonly<Record<string, string>>;
};

export const allow = (methodArn: string, principal: Principal): AuthorizerAnswer =>
  answer("Allow", methodArn, principal.key, { [authorizerContext.principal]: writePrincipal(principal) });

export const deny = (methodArn: string, code: KeyRefusal): AuthorizerAnswer =>
  answer("Deny", methodArn, "refused", {
    [authorizerContext.code]: code,
    [authorizerContext.message]: keyRefusalMessages[code],
  });

const answer = (
  effect: "Allow" | "Deny",
  methodArn: string,
  principalId: string,
  context: AuthorizerAnswer["context"],
): AuthorizerAnswer => ({
  principalId,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: everyMethodOf(methodArn) }],
  },
  context,
});

/** The answer is cached per key and reused for every route, so it must speak for all of them: `<api>/<stage>/*`. */
const everyMethodOf = (methodArn: string): string => `${methodArn.split("/").slice(0, 2).join("/")}/*`;

export const keyRefusalMessages = {
  invalid_api_key:
    "The API key is not valid. Send `Authorization: Bearer <key>` with a key as it was issued, starting with fbx_.",
  revoked_api_key:
    "This API key has been revoked. Use its successor, or ask your platform team for a new key.",
  expired_api_key: "This API key has expired. Ask your platform team for a new key.",
} as const satisfies Record<KeyRefusal, string>;
