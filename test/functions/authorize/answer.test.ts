import { expect, test } from "vitest";
import { allow, deny } from "../../../functions/authorize/answer.ts";
import { samplePrincipal } from "../../support/samples.ts";

const methodArn = "arn:aws:execute-api:eu-west-1:111111111111:api1/prod/GET/v1/models/a";

test("an answer speaks for every route of the stage, because it is cached for all, and for no other stage", () => {
  for (const answer of [allow(methodArn, samplePrincipal), deny(methodArn, "invalid_api_key")])
    expect(answer.policyDocument.Statement.map(({ Resource }) => Resource)).toEqual([
      "arn:aws:execute-api:eu-west-1:111111111111:api1/prod/*",
    ]);
});

test.each(["invalid_api_key", "revoked_api_key", "expired_api_key"] as const)(
  "%s is denied and says why",
  (code) => {
    const answer = deny(methodArn, code);
    expect(answer.policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(answer.context).toMatchObject({ code, message: expect.stringContaining("API key") });
  },
);

test("the context has only text, as API Gateway requires", () =>
  expect(Object.values(allow(methodArn, samplePrincipal).context).map((value) => typeof value)).toEqual([
    "string",
  ]));
