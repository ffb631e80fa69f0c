import { CustomResource, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { catalogueProperty, environment, priceTermsProperty } from "../../functions/contract.ts";
import { catalogueOf, priceTermsOf } from "../catalogue.ts";
import type { Farebox } from "../config.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import type { DataStack } from "./data-stack.ts";

type CatalogueStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  /** The home region's: the directory is written there only. */
  readonly data: DataStack;
};

/**
 * Puts the configured models and their prices into the directory: deployed after the endpoints, so that no model is for sale before it
 * runs. CloudFormation calls the function whenever a document changes.
 */
export class CatalogueStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { farebox, functionsFolder, data, ...props }: CatalogueStackProps,
  ) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const publish = new FareboxFunction(this, "Publish", {
      stage,
      allowedOrigins,
      functionsFolder,
      key: data.key,
      name: "publish-catalogue",
      memoryMb: 512,
      timeout: Duration.minutes(1),
    });
    publish.mayUseTable(data.directory, environment.directoryTable, [
      "Query",
      "PutItem",
      "UpdateItem",
      "DeleteItem",
    ]);

    const catalogue = new CustomResource(this, "Catalogue", {
      resourceType: "Custom::FareboxCatalogue",
      serviceToken: publish.lambda.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: {
        [catalogueProperty]: JSON.stringify(catalogueOf(farebox)),
        [priceTermsProperty]: priceTermsOf(farebox),
      },
    });
    // CloudFormation would call the function as soon as it exists, before its role may write.
    catalogue.node.addDependency(publish);
  }
}
