import * as z from "zod";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { modelDocuments } from "../adapters/dynamodb/model-documents.ts";
import { readModelDocument } from "../adapters/model-document.ts";
import { catalogueProperty, environment } from "../contract.ts";
import { required } from "../environment.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { publishCatalogue } from "./publish-catalogue.ts";

const documents = modelDocuments(dynamoDb(), required(environment.directoryTable));

/** CloudFormation's request to a custom resource. */
const requestSchema = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.looseObject({ [catalogueProperty]: z.string() }),
});

const documentsSchema = z.array(z.string());

/** Runs in every deployment: makes the stored catalogue equal to the one that farebox.config.ts declares. */
export const handler = async (event: unknown): Promise<void> => {
  const request = requestSchema.parse(event);
  const answer = await publish(request).then(
    () => ({ Status: "SUCCESS" }),
    (error: unknown) => {
      logError("catalogue_not_published", describeError(error));
      return {
        Status: "FAILED",
        Reason: "The catalogue could not be published; the function's log says why.",
      };
    },
  );
  const body = JSON.stringify({
    ...answer,
    PhysicalResourceId: "farebox-catalogue",
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
  });
  // A presigned S3 URL, signed without a content type: it must be empty.
  const response = await fetch(request.ResponseURL, { method: "PUT", body, headers: { "content-type": "" } });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: status ${response.status}`);
};

const publish = async ({ RequestType, ResourceProperties }: z.infer<typeof requestSchema>): Promise<void> => {
  // The tables outlive the stack, and so does what they say.
  if (RequestType === "Delete") return;
  const declared = documentsSchema
    .parse(JSON.parse(ResourceProperties[catalogueProperty]))
    .map(readModelDocument);
  const changes = await publishCatalogue(documents, declared);
  logInfo("catalogue_published", changes);
};
