import { expect, test } from "vitest";
import { resolve, type IntrinsicScope } from "../../../local/cloudformation/intrinsics.ts";

const scope: IntrinsicScope = {
  stackName: "Web",
  region: "us-east-1",
  ref: (name) => (name === "AWS::NoValue" ? undefined : `ref:${name}`),
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  condition: (name) => name === "Yes",
  mapping: (map, top, second) => `${map}.${top}.${second}`,
  importValue: (name) => `import:${name}`,
  stackOutput: (stack, output, region) => `${region}:${stack}:${output}`,
};

test.each([
  [{ Ref: "Bucket" }, "ref:Bucket"],
  [{ "Fn::GetAtt": ["Table", "Arn"] }, "Table/Arn"],
  [{ "Fn::GetAtt": "Nested.Outputs.Url" }, "Nested/Outputs.Url"],
  [{ "Fn::Join": ["-", ["a", { Ref: "B" }, 3]] }, "a-ref:B-3"],
  [{ "Fn::Sub": "${A}/${T.Arn}/${!Literal}" }, "ref:A/T/Arn/${Literal}"],
  [{ "Fn::Sub": ["${Own}${A}", { Own: { "Fn::Join": ["", ["x", "y"]] } }] }, "xyref:A"],
  [{ "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] }, "b"],
  [{ "Fn::If": ["Yes", "y", "n"] }, "y"],
  [{ "Fn::If": ["No", "y", "n"] }, "n"],
  [{ "Fn::Equals": ["a", "b"] }, false],
  [{ "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] }, true],
  [{ "Fn::Or": [{ Condition: "No" }, { Condition: "No" }] }, false],
  [{ "Fn::FindInMap": ["M", { Ref: "R" }, "x"] }, "M.ref:R.x"],
  [{ "Fn::ImportValue": { "Fn::Sub": "${A}-x" } }, "import:ref:A-x"],
  [
    { "Fn::GetStackOutput": { StackName: "Data", OutputName: "Name", Region: "eu-west-1" } },
    "eu-west-1:Data:Name",
  ],
  [{ "Fn::GetStackOutput": { StackName: "Data", OutputName: "Name" } }, "us-east-1:Data:Name"],
  [{ "Fn::Base64": "abc" }, "YWJj"],
  [{ "Fn::ToJsonString": { a: { Ref: "B" } } }, '{"a":"ref:B"}'],
  [{ keep: 1, drop: { Ref: "AWS::NoValue" } }, { keep: 1 }],
  [
    ["a", { Ref: "AWS::NoValue" }, "b"],
    ["a", "b"],
  ],
  // A statement of an IAM policy has a key `Condition` too.
  [
    { Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Condition: { Bool: { "aws:SecureTransport": "false" } } },
  ],
])("%j resolves", (template, expected) => {
  expect(resolve(template, scope)).toEqual(expected);
});

test("an intrinsic that is not modelled is refused by its name and stack", () => {
  expect(() => resolve({ a: [{ "Fn::Cidr": ["10.0.0.0/16", 6] }] }, scope)).toThrow(
    "Web: intrinsic Fn::Cidr",
  );
  expect(() => resolve({ "Fn::Select": [7, ["a"]] }, scope)).toThrow("no element 7");
  expect(() => resolve({ "Fn::Join": ["", [{ a: "b", c: "d" }]] }, scope)).toThrow(
    "does not resolve to text",
  );
});
