import * as z from "zod";

/** CloudFormation's request to a custom resource, whose properties are `properties`. */
export const customResourceSchema = <Properties extends z.ZodType>(properties: Properties) =>
  z.object({
    RequestType: z.enum(["Create", "Update", "Delete"]),
    ResponseURL: z.url(),
    StackId: z.string(),
    RequestId: z.string(),
    LogicalResourceId: z.string(),
    ResourceProperties: properties,
  });

type Request = {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
};

/** `Data` are the attributes that the template can ask for. */
export type CustomResourceAnswer =
  | { readonly Status: "SUCCESS"; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: "FAILED"; readonly Reason: string };

/** Tells CloudFormation, which would otherwise wait for an hour. */
export const answerCustomResource = async (
  { ResponseURL, StackId, RequestId, LogicalResourceId }: Request,
  physicalId: string,
  answer: CustomResourceAnswer,
): Promise<void> => {
  const body = JSON.stringify({
    ...answer,
    PhysicalResourceId: physicalId,
    StackId,
    RequestId,
    LogicalResourceId,
  });
  // A presigned S3 URL, signed without a content type: it must be empty.
  const response = await fetch(ResponseURL, { method: "PUT", body, headers: { "content-type": "" } });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: status ${response.status}`);
};
