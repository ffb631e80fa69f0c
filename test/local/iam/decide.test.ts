import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccessCheck, Caller, PolicyDocument } from "../../../local/aws-service.ts";
import { decide } from "../../../local/iam/decide.ts";
import { parsePolicy } from "../../../local/iam/parse-policy.ts";

const account = "123456789012";
const table = `arn:aws:dynamodb:us-east-1:${account}:table/items`;
const root = `arn:aws:iam::${account}:root`;

const policy = (...statements: readonly object[]): PolicyDocument =>
  parsePolicy({ Version: "2012-10-17", Statement: statements }, "a test");

const callerWith = (...policies: readonly PolicyDocument[]): Caller => ({
  account,
  roleArn: `arn:aws:iam::${account}:role/reader`,
  sessionArn: `arn:aws:sts::${account}:assumed-role/reader/fn`,
  policies,
});

const get: AccessCheck = { action: "dynamodb:GetItem", resource: table };
const allow = (extra: object): object => ({
  Effect: "Allow",
  Action: "dynamodb:GetItem",
  Resource: table,
  ...extra,
});

const isAllowed = (caller: Caller, check: AccessCheck): boolean => decide(caller, check).allowed;

describe("identity policies", () => {
  test.each([
    ["the exact action and resource", allow({}), true],
    ["actions in any case", allow({ Action: "DynamoDB:getitem" }), true],
    ["wildcards in actions", allow({ Action: "dynamodb:Get*" }), true],
    ["an action that only begins alike", allow({ Action: "dynamodb:Get" }), false],
    ["one of several actions", allow({ Action: ["s3:*", "dynamodb:GetItem"] }), true],
    ["everything but the action", allow({ Action: undefined, NotAction: "dynamodb:GetItem" }), false],
    ["everything but another action", allow({ Action: undefined, NotAction: "dynamodb:PutItem" }), true],
    ["another table", allow({ Resource: `${table}-2` }), false],
    ["a table prefix", allow({ Resource: `arn:aws:dynamodb:*:${account}:table/it*` }), true],
    [
      "a wildcard that would have to cross a part of the ARN",
      allow({ Resource: `arn:aws:dynamodb:us-*:table/items` }),
      false,
    ],
    ["an ARN that ends early", allow({ Resource: "arn:aws:dynamodb:us-east-1" }), true],
    ["the index only", allow({ Resource: `${table}/index/*` }), false],
    ["everything but the table", allow({ Resource: undefined, NotResource: table }), false],
    [
      "a question mark for one character",
      allow({ Resource: `arn:aws:dynamodb:us-east-1:${account}:table/item?` }),
      true,
    ],
  ])("%s", (_case, statement, expected) => {
    const cleaned = Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
    expect(isAllowed(callerWith(policy(cleaned)), get)).toBe(expected);
  });

  test("a denial reads as AWS writes it", () => {
    expect(decide(callerWith(), get)).toEqual({
      allowed: false,
      message: `User: arn:aws:sts::${account}:assumed-role/reader/fn is not authorized to perform: dynamodb:GetItem on resource: ${table} because no identity-based policy allows the dynamodb:GetItem action`,
    });
  });
});

describe("conditions", () => {
  test.each([
    ["StringEquals", { "dynamodb:LeadingKeys": "a" }, true],
    ["StringEquals", { "dynamodb:LeadingKeys": ["b", "a"] }, true],
    ["StringNotEquals", { "dynamodb:LeadingKeys": "a" }, false],
    ["StringEqualsIgnoreCase", { "DYNAMODB:leadingkeys": "A" }, true],
    ["ForAllValues:StringLike", { "dynamodb:LeadingKeys": "a*" }, true],
    ["ForAnyValue:StringEquals", { "dynamodb:LeadingKeys": "z" }, false],
    ["StringEquals", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }, false],
    ["StringEqualsIfExists", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }, true],
    ["StringNotEquals", { "kms:ViaService": "s3.us-east-1.amazonaws.com" }, true],
    ["Null", { "kms:ViaService": "true" }, true],
    ["Null", { "dynamodb:LeadingKeys": "true" }, false],
    ["Bool", { "aws:SecureTransport": "true" }, true],
    ["ArnLike", { "aws:PrincipalArn": `arn:aws:iam::${account}:role/*` }, true],
    ["IpAddress", { "aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"] }, true],
    ["NotIpAddress", { "aws:SourceIp": "127.0.0.1" }, false],
    ["DateGreaterThan", { "aws:CurrentTime": "2020-01-01T00:00:00Z" }, true],
    ["NumericLessThan", { "s3:TlsVersion": 1.2 }, false],
    ["StringEquals", { "aws:PrincipalAccount": "${aws:ResourceAccount}" }, true],
    ["StringEquals", { "aws:PrincipalAccount": "${kms:ViaService}" }, false],
  ])("%s %o", (operator, keys, expected) => {
    const check = { ...get, context: { "dynamodb:LeadingKeys": ["a"] } };
    expect(isAllowed(callerWith(policy(allow({ Condition: { [operator]: keys } }))), check)).toBe(expected);
  });

  test("what the evaluator does not know is refused when the policy is read", () => {
    expect(() => policy(allow({ Condition: { StringMatches: { "aws:SourceIp": "x" } } }))).toThrow(
      "StringMatches",
    );
    expect(() => policy(allow({ Condition: { StringEquals: { "ec2:Tenancy": "x" } } }))).toThrow(
      "ec2:Tenancy",
    );
    expect(() => policy(allow({ NotPrincipal: "*" }))).toThrow("NotPrincipal");
    expect(() => policy({ Effect: "Allow", Resource: "*" })).toThrow("either Action or NotAction");
  });
});

describe("resource policies", () => {
  const toRole = policy({
    Effect: "Allow",
    Principal: { AWS: callerWith().roleArn },
    Action: "*",
    Resource: "*",
  });
  const toAccount = policy({ Effect: "Allow", Principal: { AWS: root }, Action: "*", Resource: "*" });
  const toOthers = policy({
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::999999999999:root" },
    Action: "*",
  });
  const noPlainHttp = policy({
    Effect: "Deny",
    Principal: "*",
    Action: "*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const denyAll = policy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" });
  const may = policy(allow({}));

  test.each([
    // identity, resource policy, must the resource policy agree?, allowed
    ["naming the role suffices", [], toRole, false, true],
    ["naming the account hands over to IAM, which says nothing", [], toAccount, false, false],
    ["naming the account hands over to IAM, which allows", [may], toAccount, false, true],
    ["another account is not us", [], toOthers, false, false],
    ["a bucket that insists on TLS does not stop its callers", [may], noPlainHttp, false, true],
    ["a deny wins", [may], denyAll, false, false],
    ["a key policy that is silent refuses, whatever IAM says", [may], toOthers, true, false],
    ["a key policy that delegates leaves it to IAM, which allows", [may], toAccount, true, true],
    ["a key policy that delegates leaves it to IAM, which is silent", [], toAccount, true, false],
    ["a key policy that names the role suffices", [], toRole, true, true],
  ])("%s", (_case, policies, resourcePolicy, resourcePolicyMustAgree, expected) => {
    expect(isAllowed(callerWith(...policies), { ...get, resourcePolicy, resourcePolicyMustAgree })).toBe(
      expected,
    );
  });
});

describe("properties", () => {
  const segments = fc
    .array(fc.constantFrom("a", "b", "*", "?"), { minLength: 1, maxLength: 6 })
    .map((s) => s.join(""));
  const statement = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: segments.map((name) => `dynamodb:${name}`),
    Resource: segments.map((name) => `arn:aws:dynamodb:us-east-1:${account}:table/${name}`),
  });
  const check = fc.record({
    action: fc
      .string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 6 })
      .map((name) => `dynamodb:${name}`),
    resource: fc
      .string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 6 })
      .map((name) => `arn:aws:dynamodb:us-east-1:${account}:table/${name}`),
  });

  test("a deny never allows more", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), statement, check, (statements, added, asked) => {
        const before = isAllowed(callerWith(policy(...statements)), asked);
        const after = isAllowed(callerWith(policy(...statements, { ...added, Effect: "Deny" })), asked);
        expect(after && !before).toBe(false);
      }),
    );
  });

  test("an allow never refuses more", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), statement, check, (statements, added, asked) => {
        const before = isAllowed(callerWith(policy(...statements)), asked);
        const after = isAllowed(callerWith(policy(...statements, { ...added, Effect: "Allow" })), asked);
        expect(before && !after).toBe(false);
      }),
    );
  });

  test("the order and the grouping of statements never matter", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 5 }), check, (statements, asked) => {
        const together = isAllowed(callerWith(policy(...statements)), asked);
        const apart = isAllowed(callerWith(...statements.toReversed().map((one) => policy(one))), asked);
        expect(apart).toBe(together);
      }),
    );
  });
});
