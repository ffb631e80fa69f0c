import type { IncomingMessage } from "node:http";

/** Who calls which service where: the credential scope that every AWS SDK writes into its signature. */
export type SigV4Scope = {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
};

const scope = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;
const authorization = /^AWS4-HMAC-SHA256 Credential=([^,\s]+)/;

/** From the Authorization header, or from the query of a presigned URL; undefined when the request is unsigned. */
export const readSigV4Scope = (request: IncomingMessage, url: URL): SigV4Scope | undefined => {
  const credential =
    authorization.exec(request.headers.authorization ?? "")?.[1] ??
    url.searchParams.get("X-Amz-Credential") ??
    "";
  const [, accessKeyId, region, service] = scope.exec(credential) ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
};
