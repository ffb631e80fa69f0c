import { expect, test } from "vitest";
import { findModel, modelIndex } from "../../../core/catalogue/find-model.ts";
import { mayCall } from "../../../core/catalogue/model-name.ts";
import { sampleModel } from "../../support/samples.ts";

const one = { ...sampleModel, name: "chat", version: "1.0.0", pinnedOnly: true };
const two = { ...sampleModel, name: "chat", version: "2.0.0" };
const other = { ...sampleModel, name: "chat-2", version: "1.0.0" };
const index = modelIndex([one, two, other]);

test.each([
  ["chat", two],
  ["chat@1.0.0", one],
  ["chat@2.0.0", two],
  ["chat-2", other],
  ["chat@3.0.0", undefined],
  ["chat@", undefined],
  ["chat@1.0.0@1.0.0", undefined],
  ["@1.0.0", undefined],
  ["constructor", undefined],
])("%s means one version or none", (written, model) => expect(findModel(index, written).model).toBe(model));

test("what is not found is told the versions of its name", () => {
  expect(findModel(index, "chat@3.0.0").versions).toEqual(["chat@1.0.0", "chat@2.0.0"]);
  expect(findModel(index, "unknown@1.0.0").versions).toEqual([]);
});

// The last column: whether a key for these models may call what was written, which comes to version 2.0.0.
test.each([
  [undefined, "chat", true],
  [[], "chat", false],
  [["chat"], "chat", true],
  [["chat"], "chat@2.0.0", true],
  [["chat@2.0.0"], "chat@2.0.0", true],
  [["chat@2.0.0"], "chat", true],
  [["chat@1.0.0"], "chat", false],
  [["chat@1.0.0"], "chat@2.0.0", false],
  [["chat-2"], "chat", false],
])("a key for %j may call %s: %s", (allowed, written, may) =>
  expect(mayCall(allowed, written, two)).toBe(may),
);

test("a key learns of no model that is not on its list, whether there is one or not", () => {
  expect(mayCall(["chat"], "secret", undefined)).toBe(false);
  expect(mayCall(["chat"], "chat@9.9.9", undefined)).toBe(true);
});
