import { expect, test } from "vitest";
import { compileEventFilter } from "../../../local/events/event-filter.ts";

const event = {
  eventName: "INSERT",
  dynamodb: {
    Keys: { pk: { S: "lease#1" } },
    NewImage: { region: { S: "eu-west-1" }, cost: { N: "5" }, tags: { SS: ["a", "b"] }, old: { NULL: true } },
    SizeBytes: 40,
  },
};

test.each([
  [{ eventName: ["INSERT", "MODIFY"] }, true],
  [{ eventName: ["REMOVE"] }, false],
  [{ eventName: ["INSERT"], dynamodb: { NewImage: { region: { S: ["us-east-1"] } } } }, false],
  [{ dynamodb: { Keys: { pk: { S: [{ prefix: "lease#" }] } } } }, true],
  [{ dynamodb: { Keys: { pk: { S: [{ suffix: "#2" }] } } } }, false],
  [{ eventName: [{ "equals-ignore-case": "insert" }] }, true],
  [{ eventName: [{ "anything-but": ["REMOVE"] }] }, true],
  [{ eventName: [{ "anything-but": "INSERT" }] }, false],
  [{ eventName: [{ "anything-but": { prefix: "IN" } }] }, false],
  [{ userIdentity: [{ exists: false }] }, true],
  [{ dynamodb: { OldImage: { pk: [{ exists: true }] } } }, false],
  [{ dynamodb: { SizeBytes: [{ numeric: [">", 10, "<=", 40] }] } }, true],
  [{ dynamodb: { NewImage: { cost: { N: [{ numeric: ["=", 5] }] } } } }, false],
  [{ dynamodb: { NewImage: { cost: { N: ["5"] } } } }, true],
  [{ dynamodb: { NewImage: { tags: { SS: ["b"] } } } }, true],
  [{ dynamodb: { NewImage: { old: { NULL: [true] } } } }, true],
  [{ $or: [{ eventName: ["REMOVE"] }, { dynamodb: { SizeBytes: [40] } }] }, true],
  [{ toString: ["x"] }, false],
])("%j passes an insert: %s", (pattern, expected) => {
  expect(compileEventFilter(JSON.stringify(pattern), "filter")(event)).toBe(expected);
});

test.each([[{ a: [{ cidr: "10.0.0.0/8" }] }], [{ a: "INSERT" }], [{ a: [{ numeric: ["~", 1] }] }]])(
  "the filter %j is refused",
  (pattern) => {
    expect(() => compileEventFilter(JSON.stringify(pattern), "filter")).toThrow("filter");
  },
);
