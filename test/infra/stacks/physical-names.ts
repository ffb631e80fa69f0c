import { z } from "zod";
import type { Synthesized } from "./synthesize.ts";

const reference = z.union([
  z.string(),
  z.strictObject({ Ref: z.string() }).transform(({ Ref: id }) => ({ id })),
  z
    .strictObject({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) })
    .transform(({ "Fn::GetAtt": [id] }) => ({ id })),
  z
    .strictObject({ "Fn::GetAtt": z.tuple([z.string(), z.literal("StreamArn")]) })
    .transform(({ "Fn::GetAtt": [streamOf] }) => ({ streamOf })),
  // A name inside a bucket.
  z
    .strictObject({
      "Fn::Join": z.tuple([z.literal(""), z.tuple([z.unknown(), z.string().startsWith("/")])]),
    })
    .transform(({ "Fn::Join": [, [holder, path]] }) => ({ holder, path })),
  z
    .strictObject({ "Fn::GetStackOutput": z.looseObject({ StackName: z.string(), OutputName: z.string() }) })
    .transform(({ "Fn::GetStackOutput": { StackName: stack, OutputName: output } }) => ({ stack, output })),
]);

const nameFields = ["TableName", "FunctionName", "LogGroupName", "EndpointName", "BucketName", "QueueName"];

/** `arn:aws:<service>:<region>:<account>:`, and the kind of resource where the service writes one. */
const arnStart = /^arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:(?:table\/|repository\/)?/;

/**
 * The name of the resource that a template refers to by a literal ARN, a `Ref`, an `Arn`, or another stack's output;
 * the stack's one key, which has no name, is called `key`. Throws on a reference of any other form.
 */
export const physicalNames =
  (synthesized: Synthesized) =>
  (stack: string, value: unknown): string => {
    const found = reference.parse(value);
    if (typeof found === "string") return found.replace(arnStart, "");
    const nameOf = physicalNames(synthesized);
    if ("holder" in found) return nameOf(stack, found.holder) + found.path;
    if ("streamOf" in found) return `${nameOf(stack, { Ref: found.streamOf })}'s stream`;
    if ("output" in found) {
      const producer = found.stack.replace(/^farebox-[a-z0-9]+-/, "");
      const { Value: exported } = synthesized.template(producer).toJSON()["Outputs"][found.output];
      return nameOf(producer, exported);
    }
    const { Type: type, Properties: properties } = synthesized.template(stack).toJSON()["Resources"][
      found.id
    ];
    if (type === "AWS::KMS::Key" || type === "AWS::KMS::ReplicaKey") return "key";
    const name: unknown = nameFields.map((field) => properties[field]).find((field) => field !== undefined);
    if (typeof name !== "string") throw new Error(`${stack}/${found.id} (${type}) has no name`);
    return name;
  };
