import { expect, test } from "vitest";
import { bearerToken } from "../../../functions/authorize/bearer-token.ts";

test.each([
  [{ Authorization: "Bearer abc" }, "abc"],
  [{ authorization: "bearer abc" }, "abc"],
  [{ AUTHORIZATION: "BEARER   abc  " }, "abc"],
  [{ Authorization: "Bearer" }, undefined],
  [{ Authorization: "Bearer " }, undefined],
  [{ Authorization: "Bearerabc" }, undefined],
  [{ Authorization: "Bearer a b" }, undefined],
  [{ Authorization: "Basic abc" }, undefined],
  [{ Authorization: "abc" }, undefined],
  [{ Authorization: "" }, undefined],
  [{ Authorization: undefined }, undefined],
  [{ "x-api-key": "abc" }, undefined],
  [{}, undefined],
])("%j: %s", (headers, token) => expect(bearerToken(headers)).toBe(token));
