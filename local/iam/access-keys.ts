import { createHash } from "node:crypto";
import type { Caller } from "../aws-service.ts";

/** What an AWS SDK signs with. The front door identifies callers by the id alone; it does not verify signatures. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
};

/** Which session each access key belongs to. */
export type AccessKeys = {
  issue(caller: Caller): Credentials;
  callerOf(accessKeyId: string): Caller | undefined;
};

export const createAccessKeys = (): AccessKeys => {
  const callers = new Map<string, Caller>();
  return {
    issue: (caller) => {
      const digest = createHash("sha256").update(caller.sessionArn).digest("hex").toUpperCase();
      const accessKeyId = `ASIA${digest.slice(0, 16)}`;
      callers.set(accessKeyId, caller);
      return { accessKeyId, secretAccessKey: "local", sessionToken: "local" };
    },
    callerOf: (accessKeyId) => callers.get(accessKeyId),
  };
};
