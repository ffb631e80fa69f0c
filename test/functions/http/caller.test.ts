import { expect, test } from "vitest";
import { picodollars } from "../../../core/money.ts";
import { principalOf } from "../../../core/access/principal.ts";
import { allow } from "../../../functions/authorize/answer.ts";
import { callerOf } from "../../../functions/http/caller.ts";
import { httpEvent, requestContext } from "../../support/http-event.ts";
import { sampleNow, sampleCustomer, samplePrincipal } from "../../support/samples.ts";

const callFrom = (sourceIp: string, sourceCidrs?: readonly string[]) =>
  callerOf(
    httpEvent({
      requestContext: requestContext({ ...samplePrincipal, ...(sourceCidrs && { sourceCidrs }) }, sourceIp),
    }),
  );

test.each([
  ["any address, for a key without a list", "198.51.100.1", undefined, true],
  ["an address in the only network", "203.0.113.7", ["203.0.113.0/24"], true],
  ["an address in the second network", "203.0.113.7", ["10.0.0.0/8", "203.0.113.7"], true],
  ["an address in none", "203.0.114.7", ["203.0.113.0/24"], false],
  ["an IPv6 address in its network", "2001:db8::7", ["2001:db8::/32"], true],
  ["an IPv6 address with only IPv4 networks", "2001:db8::7", ["0.0.0.0/0"], false],
  ["an unreadable address", "unknown", ["0.0.0.0/0", "::/0"], false],
  ["a list that is empty", "203.0.113.7", [], false],
  ["a list of which nothing can be read", "203.0.113.7", ["everywhere"], false],
])("%s", (_, sourceIp, cidrs, isAllowed) => {
  const caller = callFrom(sourceIp, cidrs);
  expect(caller.ok ? "allowed" : caller.refusal.code).toBe(isAllowed ? "allowed" : "source_not_allowed");
});

test("the caller is the principal that the authorizer handed on", () => {
  const principal = principalOf(
    {
      ...samplePrincipal,
      id: samplePrincipal.key,
      secretHash: "0".repeat(64),
      name: "laptop",
      createdAt: sampleNow,
      models: ["sample-chat"],
      sourceCidrs: ["203.0.113.0/24"],
      // Beyond what a double holds: money travels as text.
      budget: { interval: "month", shares: { "eu-west-1": picodollars(2n ** 60n + 1n) }, shards: 2 },
      rateLimit: { requests: 60, tokens: 10_000 },
    },
    sampleCustomer,
  );
  const { context } = allow("arn:aws:execute-api:eu-west-1:1:api/prod/GET/v1/models", principal);
  const { requestId, identity } = requestContext(principal);
  const caller = callerOf(httpEvent({ requestContext: { requestId, identity, authorizer: context } }));
  expect(caller).toEqual({ ok: true, principal });
});

test.each([
  ["no authorizer at all", undefined],
  ["no principal", {}],
  ["a principal that is no text", { principal: { key: "x" } }],
  ["broken JSON", { principal: "{" }],
  [
    "an id of another kind",
    { principal: JSON.stringify({ ...samplePrincipal, key: samplePrincipal.customer }) },
  ],
  ["a scope that nobody knows", { principal: JSON.stringify({ ...samplePrincipal, scopes: ["root"] }) }],
])("with %s nobody is let in", (_, authorizer) => {
  const { requestId, identity } = requestContext(samplePrincipal);
  const event = httpEvent({ requestContext: { requestId, identity, ...(authorizer && { authorizer }) } });
  expect(() => callerOf(event)).toThrow(Error);
});
