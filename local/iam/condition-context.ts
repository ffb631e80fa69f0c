import type { AccessCheck, Caller } from "../aws-service.ts";

/** What a policy's conditions are tested against, by lower-case condition key. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/** Keys that this file or a service of this machine supplies. A policy with any other key is refused at the start. */
const modelledKeys: readonly RegExp[] = [
  /^aws:(currenttime|principalaccount|principalarn|principaltype|requestedregion|resourceaccount|securetransport|sourceip|viaawsservice)$/,
  // Only AWS services that act for a customer send these: absent from every call on this machine, as on AWS.
  /^aws:(sourceaccount|sourcearn|principalorgid|sourcevpc|sourcevpce|multifactorauthpresent)$/,
  /^dynamodb:leadingkeys$/,
  /^kms:(calleraccount|encryptioncontextkeys|encryptioncontext:.+|keyspec|keyusage|messagetype|multiregion|signingalgorithm|viaservice)$/,
  /^s3:(delimiter|max-keys|prefix|tlsversion)$/,
];

export const isModelledKey = (key: string): boolean =>
  modelledKeys.some((known) => known.test(key.toLowerCase()));

const asList = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;

export const conditionContext = (caller: Caller, check: AccessCheck, now: Date): ConditionContext => {
  const context = new Map<string, readonly string[]>([
    ["aws:currenttime", [now.toISOString()]],
    ["aws:principalaccount", [caller.account]],
    ["aws:principalarn", [caller.roleArn]],
    ["aws:principaltype", ["AssumedRole"]],
    ["aws:resourceaccount", [caller.account]],
    // Calls here are plain HTTP on the loopback interface; on AWS the SDKs use TLS, and that is what a policy asks about.
    ["aws:securetransport", ["true"]],
    ["s3:tlsversion", ["1.3"]],
    ["aws:sourceip", ["127.0.0.1"]],
    ["aws:viaawsservice", ["false"]],
  ]);
  const region = check.resource.split(":")[3];
  if (region !== undefined && region !== "") context.set("aws:requestedregion", [region]);
  for (const [key, value] of Object.entries(check.context ?? {}))
    context.set(key.toLowerCase(), asList(value));
  return context;
};

/** Replaces `${aws:PrincipalAccount}` and the like; undefined when the request has no such value, so nothing can match. */
export const substituteVariables = (text: string, context: ConditionContext): string | undefined => {
  let complete = true;
  const substituted = text.replaceAll(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name === "*" || name === "?" || name === "$") return name;
    const value = context.get(name.toLowerCase())?.[0];
    if (value === undefined) complete = false;
    return value ?? "";
  });
  return complete ? substituted : undefined;
};
