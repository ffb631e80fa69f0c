import { Stack, type StackProps } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { pinOf } from "../../core/catalogue/model-name.ts";
import type { ModelDeclaration } from "../config/model.ts";
import { artifactsBucketName } from "../artifact.ts";
import { cpuServerImage, type ContainerImage } from "../constructs/container-image.ts";
import { ModelEndpoint } from "../constructs/model-endpoint.ts";

type ModelsStackProps = StackProps & {
  readonly stage: string;
  readonly key: IKey;
  readonly models: readonly ModelDeclaration[];
};

/** The models that SageMaker runs in one region; a model behind a URL needs nothing here. */
export class ModelsStack extends Stack {
  readonly endpointArns: readonly string[];

  constructor(scope: Construct, id: string, { stage, key, models, ...props }: ModelsStackProps) {
    super(scope, id, props);
    const artifacts = Bucket.fromBucketName(this, "Artifacts", artifactsBucketName(stage, this));
    let cpuImage: ContainerImage | undefined;
    // One image for all models that use it, and none is built where no model does.
    const cpuServer = () => (cpuImage ??= cpuServerImage(this, "CpuServer"));
    this.endpointArns = models.flatMap((model) => {
      if (model.source.kind === "server") return [];
      const props = { stage, model, source: model.source, artifacts, key, cpuServer };
      return [new ModelEndpoint(this, pinOf(model), props).endpointArn];
    });
  }
}
