import path from "node:path";
import { Stack } from "aws-cdk-lib";
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import { RegionInfo } from "aws-cdk-lib/region-info";
import type { Construct } from "constructs";

/** An image as SageMaker takes it, and the repository that the endpoint's role must pull from. */
export type ContainerImage = { readonly uri: string; readonly repositoryArn: string };

/** Our CPU server, built from models/server. */
export const cpuServerImage = (scope: Construct, id: string): ContainerImage => {
  const { imageUri, repository } = new DockerImageAsset(scope, id, {
    directory: path.join(import.meta.dirname, "..", "..", "models", "server"),
    // SageMaker's CPU instances are x86, whatever machine builds the image.
    platform: Platform.LINUX_AMD64,
    exclude: ["node_modules"],
  });
  return { uri: imageUri, repositoryArn: repository.repositoryArn };
};

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>` */
const ecrUri = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:]+):.+$/;

/**
 * An image named in the configuration. `{region}` stands for the stack's region; a name without a registry is one of
 * AWS's Deep Learning Containers. Refuses an image of another region, and regions that AWS does not supply.
 */
export const declaredImage = (scope: Construct, image: string): ContainerImage => {
  const { region, partition } = Stack.of(scope);
  const uri = (image.includes(".dkr.ecr.") ? image : `${deepLearningRegistry(region)}/${image}`).replace(
    "{region}",
    region,
  );
  const [, account, imageRegion, repository] = ecrUri.exec(uri) ?? [];
  if (imageRegion !== region)
    throw new Error(
      `SageMaker in ${region} pulls from its own region, not ${uri}; write {region} in place of the image's region`,
    );
  return { uri, repositoryArn: `arn:${partition}:ecr:${region}:${account}:repository/${repository}` };
};

const deepLearningRegistry = (region: string): string => {
  const account = RegionInfo.get(region).dlcRepositoryAccount;
  if (account === undefined)
    throw new Error(
      `AWS supplies no Deep Learning Containers in ${region}; copy the image to an ECR of your own and write its URI`,
    );
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
};
