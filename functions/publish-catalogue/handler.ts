import * as z from "zod";
import { newUlid, priceId } from "../../core/identifiers.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { modelDocuments } from "../adapters/dynamodb/model-documents.ts";
import { priceVersions } from "../adapters/dynamodb/price-versions.ts";
import { readModelDocument } from "../adapters/model-document.ts";
import { catalogueProperty, environment, priceTermsProperty } from "../contract.ts";
import { required } from "../environment.ts";
import { type CustomResourceAnswer, answerCustomResource, customResourceSchema } from "../custom-resource.ts";
import { describeError, logError, logInfo } from "../http/log.ts";
import { randomBytes, systemClock } from "../system.ts";
import { type CataloguePorts, publishCatalogue } from "./publish-catalogue.ts";
import { readPriceTerms } from "./read-price-terms.ts";

const client = dynamoDb();
const directory = required(environment.directoryTable);
const ports: CataloguePorts = {
  documents: modelDocuments(client, directory),
  prices: priceVersions(client, directory),
  clock: systemClock,
  newPriceId: () => priceId(newUlid(systemClock.now(), randomBytes)),
};

const requestSchema = customResourceSchema(
  z.looseObject({ [catalogueProperty]: z.string(), [priceTermsProperty]: z.string() }),
);

const documentsSchema = z.array(z.string());

/** Runs in every deployment: makes the stored catalogue and the prices in force those that farebox.config.ts declares. */
export const handler = async (event: unknown): Promise<void> => {
  const request = requestSchema.parse(event);
  const answer = await publish(request).catch((error: unknown): CustomResourceAnswer => {
    logError("catalogue_not_published", describeError(error));
    return {
      Status: "FAILED",
      Reason: "The catalogue could not be published; the function's log says why.",
    };
  });
  await answerCustomResource(request, "farebox-catalogue", answer);
};

const publish = async ({
  RequestType,
  ResourceProperties,
}: z.infer<typeof requestSchema>): Promise<CustomResourceAnswer> => {
  // The tables outlive the stack, and so does what they say.
  if (RequestType === "Delete") return { Status: "SUCCESS" };
  const published = await publishCatalogue(ports, {
    models: documentsSchema.parse(JSON.parse(ResourceProperties[catalogueProperty])).map(readModelDocument),
    terms: readPriceTerms(ResourceProperties[priceTermsProperty]),
  });
  if (published.ok) {
    logInfo("catalogue_published", { stored: published.stored, removed: published.removed });
    return { Status: "SUCCESS" };
  }
  const { model, faults } = published;
  logError("price_refused", { model, codes: faults.map(({ code }) => code).join(" ") });
  return {
    Status: "FAILED",
    Reason: `The price of ${model} is refused. ${faults.map(({ message }) => message).join(" ")}`,
  };
};
