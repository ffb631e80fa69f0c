import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { required } from "../../environment.ts";
import { type Sign, signerFor } from "./signature.ts";

export type AwsRequest = {
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal?: AbortSignal;
};

/** One AWS service in this function's region, over kept-alive connections. */
export type AwsEndpoint = {
  /** Sends a signed POST; resolves with the answer's head, its body still to be read. Rejects on a broken connection. */
  post(request: AwsRequest): Promise<IncomingMessage>;
};

export type AwsService = {
  /** Of its host name, before the region. */
  readonly hostPrefix: string;
  /** What `AWS_ENDPOINT_URL_` is followed by in the variable that names another address, as for the SDKs. */
  readonly variable: string;
  readonly signingName: string;
};

/** A service in a region, with the execution role's credentials, which Lambda keeps in the environment. */
export const awsEndpoint = (
  region: string,
  { hostPrefix, variable, signingName }: AwsService,
): AwsEndpoint => {
  const address = new URL(
    process.env[`AWS_ENDPOINT_URL_${variable}`] ??
      process.env["AWS_ENDPOINT_URL"] ??
      `https://${hostPrefix}.${region}.amazonaws.com`,
  );
  const sessionToken = process.env["AWS_SESSION_TOKEN"];
  const sign = signerFor(
    {
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken && { sessionToken }),
    },
    region,
    signingName,
  );
  return connect(address, sign);
};

/** Reachable in milliseconds, or not at all. */
const connectMsMax = 1000;

const endUnlessConnected = (socket: Socket): void => {
  if (!socket.connecting) return;
  const timer = setTimeout(
    () => socket.destroy(new Error(`no connection within ${connectMsMax} ms`)),
    connectMsMax,
  );
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
};

export const connect = (address: URL, sign: Sign): AwsEndpoint => {
  const isSecure = address.protocol === "https:";
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const send = isSecure ? httpsRequest : httpRequest;
  const { host, port } = address;
  const hostname = address.hostname.replaceAll(/[[\]]/g, "");
  return {
    post: ({ path, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        const signed = sign({ method: "POST", path, host, headers, body }, new Date());
        const request = send(
          {
            hostname,
            port,
            path,
            method: "POST",
            agent,
            headers: { ...signed, "content-length": body.length },
            ...(signal && { signal }),
          },
          resolve,
        );
        request.once("error", reject);
        request.once("socket", (socket) => endUnlessConnected(socket));
        request.end(body);
      }),
  };
};
