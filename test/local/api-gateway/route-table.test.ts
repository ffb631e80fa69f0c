import { expect, test } from "vitest";
import { createRouteTable } from "../../../local/api-gateway/route-table.ts";

const routes = createRouteTable(
  [
    ["ANY", "/{proxy+}"],
    ["GET", "/v1/{kind}"],
    ["POST", "/v1/models"],
    ["GET", "/v1/models/{model}"],
    ["GET", "/v1/files/{path+}"],
    ["GET", "/"],
  ].map(([method = "", resourcePath = ""]) => ({ method, resourcePath })),
);

test.each([
  ["GET", "/", "/", {}],
  ["POST", "/v1/models", "/v1/models", {}],
  ["POST", "/v1/models/", "/v1/models", {}],
  ["GET", "/v1/usage", "/v1/{kind}", { kind: "usage" }],
  ["GET", "/v1/models/a%2Fb%20c", "/v1/models/{model}", { model: "a/b c" }],
  ["GET", "/v1/models/50%", "/v1/models/{model}", { model: "50%" }],
  ["GET", "/v1/files/a/b", "/v1/files/{path+}", { path: "a/b" }],
  ["DELETE", "/anything/else", "/{proxy+}", { proxy: "anything/else" }],
])("%s %s is answered by %s", (method, path, resourcePath, pathParameters) => {
  expect(routes.match(method, path)).toEqual({
    route: expect.objectContaining({ resourcePath }),
    pathParameters,
  });
});

test.each([
  ["GET", "/v1/models", "the path exists without the method: no greedy sibling rescues it"],
  ["POST", "/", "a greedy parameter needs a segment"],
])("%s %s has no route: %s", (method, path) => {
  expect(routes.match(method, path)).toBeUndefined();
});
