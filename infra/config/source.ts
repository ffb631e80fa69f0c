import { z } from "zod";
import { shippedArtifacts } from "../artifact.ts";
import { wholeNumber } from "./whole-number.ts";

const artifact = z.string().superRefine((name, context) => {
  const known = shippedArtifacts();
  if (!known.includes(name))
    context.addIssue(`is no folder of models/demo; write one of ${known.join(", ")}`);
});

const instanceType = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, {
  error: 'is not a SageMaker instance type; they look like "ml.c6i.large"',
});

const ecrImage =
  /^\d{12}\.dkr\.ecr\.(?:[a-z0-9-]+|\{region\})\.amazonaws\.com\/[a-z0-9][a-z0-9._/-]*:[\w.-]+$/;

const deepLearningContainer = /^[a-z0-9-]+:[\w.-]+$/;

const sageMakerImage = z
  .string()
  .refine((image) => ecrImage.test(image) || deepLearningContainer.test(image), {
    error:
      'is not an image in ECR, where SageMaker pulls from; write "<account>.dkr.ecr.{region}.amazonaws.com/<repository>:<tag>", or "<repository>:<tag>" of an AWS Deep Learning Container',
  });

/** Where a model's answers come from: exactly one of the first four fields. */
export const sourceFields = {
  /** A checkpoint of models/demo, served by our CPU server. */
  artifact: artifact.optional(),
  /** `owner/repository` of an ONNX checkpoint, downloaded by our CPU server as it starts. */
  huggingFace: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: 'is not a Hugging Face id; they look like "owner/repository"' })
    .optional(),
  /** Base URL, up to and including `/v1`, of any server that speaks OpenAI's API. */
  url: z
    .url({ protocol: /^https?$/, error: 'is not a URL; write one like "http://localhost:11434/v1"' })
    .optional(),
  /** Any image with SageMaker's contract: `/ping` and `/invocations` on port 8080. */
  container: z
    .strictObject({
      image: sageMakerImage,
      environment: z.record(z.string(), z.string()).default({}),
      artifact: artifact.optional(),
    })
    .optional(),
  /** The model's name on the server behind `url`, where it differs from ours. */
  urlModel: z.string().min(1).optional(),
  instanceType: instanceType.optional(),
  /** Instances behind the endpoint. */
  copies: wholeNumber.optional(),
};

export type SourceFields = z.output<z.ZodObject<typeof sourceFields>>;

export type ModelSource =
  | { readonly kind: "server"; readonly url: string; readonly model: string }
  | ({ readonly kind: "artifact"; readonly artifact: string } & Instances)
  | ({ readonly kind: "hugging-face"; readonly repository: string } & Instances)
  | ({
      readonly kind: "container";
      readonly image: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly artifact?: string;
    } & Instances);

/** A source that runs on SageMaker. */
export type HostedSource = Exclude<ModelSource, { readonly kind: "server" }>;

type Instances = { readonly instanceType: string; readonly copies: number };

export const sources = ["artifact", "huggingFace", "url", "container"] as const;

/** Looks at which fields are there, not at what they hold, so that it complains beside a malformed one too. */
export const checkSource = (fields: SourceFields, context: z.core.$RefinementCtx<SourceFields>): void => {
  const refuse = (path: string[], message: string): void => {
    context.addIssue({ code: "custom", path, message });
  };
  const given = sources.filter((field) => fields[field] !== undefined);
  if (given.length !== 1)
    refuse(
      [],
      `has ${given.length === 0 ? "no source" : `several sources (${given.join(", ")})`}; write exactly one of ${sources.join(", ")}`,
    );
  if (fields.url === undefined && fields.urlModel !== undefined)
    refuse(["urlModel"], "names a model on a server; write that server's url as well");
  if (fields.url !== undefined)
    for (const field of ["instanceType", "copies"] as const)
      if (fields[field] !== undefined)
        refuse([field], "has no meaning: a server behind a url runs on no instances of ours; remove it");
  if (fields.container !== undefined && fields.instanceType === undefined)
    refuse(["instanceType"], 'is missing; a container of your own decides what it needs ("ml.g5.xlarge")');
};

const defaultInstanceType = "ml.c6i.large";

/** Takes fields that `checkSource` has accepted. */
export const sourceOf = (name: string, fields: SourceFields): ModelSource => {
  const instances = { instanceType: fields.instanceType ?? defaultInstanceType, copies: fields.copies ?? 1 };
  if (fields.url !== undefined) return { kind: "server", url: fields.url, model: fields.urlModel ?? name };
  if (fields.artifact !== undefined) return { kind: "artifact", artifact: fields.artifact, ...instances };
  if (fields.huggingFace !== undefined)
    return { kind: "hugging-face", repository: fields.huggingFace, ...instances };
  if (fields.container !== undefined) {
    const { image, environment, artifact } = fields.container;
    return {
      kind: "container",
      image,
      environment,
      ...(artifact !== undefined && { artifact }),
      ...instances,
    };
  }
  throw new Error(`broken invariant: ${name} was accepted without a source`);
};
