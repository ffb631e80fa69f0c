/** A resource of a synthesized stack, its properties with every intrinsic resolved. */
export type Resource = {
  readonly logicalId: string;
  readonly type: string;
  readonly stack: DeployedStack;
  /** Resolved on first use: an attribute may only be known once the resource it points at is up (a stream's ARN). */
  readonly properties: Properties;
  /** What `Ref` yields. */
  readonly ref: string;
  /** What `Fn::GetAtt` yields; throws for an attribute that is not modelled. */
  attribute(name: string): string;
};

/** CloudFormation properties are untyped JSON; each service reads the ones it models and refuses the rest. */
export type Properties = Readonly<Record<string, unknown>>;

export interface DeployedStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  resources(...types: readonly string[]): readonly Resource[];
  /** The folder or file of an S3 asset, by its object key in the template. */
  assetPath(objectKey: string): string;
  /** Sets an attribute that only a running service knows, before anything resolves it. */
  provide(logicalId: string, attribute: string, value: string): void;
}

/** All stacks of `cdk.out`. */
export interface Deployment {
  readonly stacks: readonly DeployedStack[];
  resources(...types: readonly string[]): readonly Resource[];
}
