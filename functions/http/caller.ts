import { contains, parseNetwork } from "../../core/access/source-network.ts";
import type { Principal } from "../../core/access/principal.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { authorizerContext } from "../contract.ts";
import type { HttpEvent } from "./event.ts";
import { readPrincipal } from "./principal-document.ts";

export type Caller =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The principal that the authorizer vouches for. The source address is checked here, because the authorizer's answer is
 * cached per key and one key may be used from many addresses.
 */
export const callerOf = (event: HttpEvent): Caller => {
  const text = event.requestContext.authorizer?.[authorizerContext.principal];
  const principal = readPrincipal(typeof text === "string" ? text : "null");
  const { sourceIp } = event.requestContext.identity;
  const isAllowed = principal.sourceCidrs?.some((cidr) => {
    const network = parseNetwork(cidr);
    return network !== undefined && contains(network, sourceIp);
  });
  return isAllowed === false ? { ok: false, refusal: sourceNotAllowed } : { ok: true, principal };
};

const sourceNotAllowed: Refusal = {
  code: "source_not_allowed",
  message: "This API key may not be used from your network address. Ask your platform team to add it.",
};
