import { expect, test } from "vitest";
import { answerOpenApi } from "../../../functions/openapi/answer-openapi.ts";
import { httpEvent } from "../../support/http-event.ts";

const answer = answerOpenApi({ openapi: "3.1.1" });
const ask = (known?: string) =>
  answer(httpEvent({ httpMethod: "GET", headers: known === undefined ? {} : { "If-None-Match": known } }));

test("the description comes with its tag, and is not sent again to who has it", () => {
  const first = ask();
  expect(first).toMatchObject({ statusCode: 200, body: '{"openapi":"3.1.1"}' });
  const etag = first.headers["etag"] ?? "";
  expect(etag).toMatch(/^"[\w-]+"$/);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
    expect(ask(known)).toMatchObject({ statusCode: 304, body: "", headers: { etag } });
  for (const known of ["", '"other"']) expect(ask(known).statusCode).toBe(200);
});

test("another description has another tag", () =>
  expect(answerOpenApi({})(httpEvent()).headers["etag"]).not.toBe(ask().headers["etag"]));
