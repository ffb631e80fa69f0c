import type { PolicyDocument } from "../aws-service.ts";
import type { MultipartUploads } from "./multipart.ts";
import type { ObjectStore, Versioning } from "./object-store.ts";
import type { ObjectEncryption, Retention } from "./stored-object.ts";

/** The retention a bucket gives to objects that are put without one. */
export type DefaultRetention = { readonly mode: Retention["mode"]; readonly days: number };

export type Bucket = {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly versioning: Versioning;
  /** What an object gets that is put without saying how it is to be encrypted. */
  readonly encryption: ObjectEncryption;
  readonly policy: PolicyDocument | undefined;
  readonly objectLock: { readonly defaultRetention?: DefaultRetention } | undefined;
  readonly objects: ObjectStore;
  readonly uploads: MultipartUploads;
};
