import type { Caller, PolicyDocument } from "../aws-service.ts";
import { describe, objectList, refuseOtherProperties, textList } from "../cloudformation/property.ts";
import type { Deployment, Resource } from "../cloudformation/template.ts";
import { awsManagedPolicy, isAwsManaged } from "./aws-managed-policies.ts";
import { parsePolicy } from "./parse-policy.ts";

/** A role of the templates with everything that is attached to it, in whichever stack. */
export type Role = {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly policies: readonly PolicyDocument[];
  readonly trustPolicy: PolicyDocument;
};

export type Roles = {
  /** Throws for a role that is in no template. */
  find(roleArn: string): Role;
};

const roleProperties = [
  "AssumeRolePolicyDocument",
  "Description",
  "ManagedPolicyArns",
  "MaxSessionDuration",
  "Path",
  "Policies",
  "RoleName",
  "Tags",
];

const documentOf = (resource: Resource): PolicyDocument =>
  parsePolicy(resource.properties["PolicyDocument"], describe(resource));

const ownPolicies = (role: Resource, deployment: Deployment): readonly PolicyDocument[] => {
  const inline = objectList(role, "Policies").map((policy) =>
    parsePolicy(policy["PolicyDocument"], describe(role)),
  );
  const managed = textList(role, "ManagedPolicyArns").map((arn) => {
    if (isAwsManaged(arn)) return awsManagedPolicy(arn, describe(role));
    const policy = deployment.resources("AWS::IAM::ManagedPolicy").find((candidate) => candidate.ref === arn);
    if (policy === undefined) throw new Error(`${describe(role)}: policy ${arn} is in no template`);
    return documentOf(policy);
  });
  return [...inline, ...managed];
};

/** Policies that name their roles, rather than being named by them. */
const attachedPolicies = (deployment: Deployment): ReadonlyMap<string, readonly PolicyDocument[]> => {
  const attached = new Map<string, PolicyDocument[]>();
  const attach = (account: string, role: string, policy: Resource) => {
    const key = `${account}/${role}`;
    attached.set(key, [...(attached.get(key) ?? []), documentOf(policy)]);
  };
  for (const policy of deployment.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")) {
    if (policy.properties["Users"] !== undefined || policy.properties["Groups"] !== undefined)
      throw new Error(`${describe(policy)}: users and groups are not modelled locally`);
    for (const role of textList(policy, "Roles")) attach(policy.stack.account, role, policy);
  }
  for (const policy of deployment.resources("AWS::IAM::RolePolicy"))
    attach(policy.stack.account, String(policy.properties["RoleName"]), policy);
  return attached;
};

/** Reads every role; refuses permissions boundaries and whatever else would change what a role may do. */
export const readRoles = (deployment: Deployment): Roles => {
  const attached = new Map(attachedPolicies(deployment));
  const roles = new Map<string, Role>();
  for (const resource of deployment.resources("AWS::IAM::Role")) {
    refuseOtherProperties(resource, roleProperties);
    const key = `${resource.stack.account}/${resource.ref}`;
    roles.set(resource.attribute("Arn"), {
      arn: resource.attribute("Arn"),
      name: resource.ref,
      account: resource.stack.account,
      policies: [...ownPolicies(resource, deployment), ...(attached.get(key) ?? [])],
      trustPolicy: parsePolicy(resource.properties["AssumeRolePolicyDocument"], describe(resource)),
    });
    attached.delete(key);
  }
  for (const key of attached.keys())
    throw new Error(`a policy is attached to role ${key}, which is in no template`);
  return {
    find: (roleArn) => {
      const role = roles.get(roleArn);
      if (role === undefined) throw new Error(`role ${roleArn} is in no template`);
      return role;
    },
  };
};

/** A session of a role that an AWS service assumes; refuses a role that does not trust the service. */
export const assumeRole = (role: Role, servicePrincipal: string, sessionName: string): Caller => {
  const trusted = role.trustPolicy.Statement.some((statement) => {
    const services = typeof statement.Principal === "object" ? statement.Principal["Service"] : undefined;
    return statement.Effect === "Allow" && [services].flat().includes(servicePrincipal);
  });
  if (!trusted) throw new Error(`role ${role.arn} does not trust ${servicePrincipal} to assume it`);
  return {
    roleArn: role.arn,
    sessionArn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    account: role.account,
    policies: role.policies,
  };
};
