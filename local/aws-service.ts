import type { IncomingMessage, ServerResponse } from "node:http";

/** The caller of an AWS API: a role session, known by its access key. */
export type Caller = {
  /** `arn:aws:iam::<account>:role/<name>` */
  readonly roleArn: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>`: what AWS prints in a denial. */
  readonly sessionArn: string;
  readonly account: string;
  /** Identity policy documents, intrinsics already resolved. */
  readonly policies: readonly PolicyDocument[];
};

export type PolicyDocument = { readonly Statement: readonly PolicyStatement[] };

export type PolicyStatement = {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** One question to IAM. A call may raise several: a transaction asks for each of its items. */
export type AccessCheck = {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys, in any case; `aws:SecureTransport`, `aws:PrincipalArn` and the like are added by the evaluator. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The policy of the resource (bucket policy, key policy), where it has one. */
  readonly resourcePolicy?: PolicyDocument;
  /** KMS: the key policy must itself allow, or delegate to the account root *and* the identity policy allow. */
  readonly resourcePolicyMustAgree?: boolean;
};

/** An AWS API call that arrived at the front door; service, region and caller come from its SigV4 scope. */
export type AwsCall = {
  /** The signing name: `dynamodb`, `s3`, `kms`, `sqs`, `sagemaker`, `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly caller: Caller;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Empty for services with `readsBodyItself`. */
  readonly body: Buffer;
};

/** An AWS service of this machine. The front door asks `checks`, evaluates IAM, then calls `handle`. */
export interface AwsService {
  /** How errors are written: AWS JSON 1.x, REST-JSON or REST-XML. */
  readonly protocol: "json" | "rest-json" | "rest-xml";
  /** True where bodies are too large to buffer before the check (S3). */
  readonly readsBodyItself?: boolean;
  checks(call: AwsCall): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  handle(call: AwsCall): Promise<void>;
  stop?(): Promise<void> | void;
}

/** An error in AWS's own shape; the front door renders it in the service's protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
