/** A SageMaker model: an image, and where its data is. */
export type Model = {
  readonly name: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `s3://bucket/prefix/`, uncompressed. */
  readonly dataUri: string | undefined;
  readonly executionRoleArn: string;
};

export type Variant = {
  readonly name: string;
  readonly model: Model;
  /** Its share of the requests that name no variant, relative to the others' weights. */
  readonly weight: number;
  /** Undefined for a serverless variant. */
  readonly instanceType: string | undefined;
  readonly bodyBytesMax: number;
};

export type Endpoint = {
  readonly name: string;
  /** With the name in lower case, as IAM sees it. */
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly variants: readonly Variant[];
};
