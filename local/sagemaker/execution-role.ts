import type { Deployment } from "../cloudformation/template.ts";
import { parsePolicy } from "../iam/parse-policy.ts";

const servicePrincipal = "sagemaker.amazonaws.com";

/** Throws unless the role is of the deployment and trusts SageMaker, as CreateModel does. */
export function mustTrustSageMaker(deployment: Deployment, roleArn: string, modelName: string): void {
  const role = deployment
    .resources("AWS::IAM::Role")
    .find((resource) => resource.attribute("Arn") === roleArn);
  const statements =
    role === undefined ? [] : parsePolicy(role.properties["AssumeRolePolicyDocument"], roleArn).Statement;
  const isTrusted = statements.some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" &&
      [Action].flat().includes("sts:AssumeRole") &&
      typeof Principal === "object" &&
      [Principal["Service"]].flat().includes(servicePrincipal),
  );
  if (isTrusted) return;
  throw new Error(
    `Model ${modelName}: could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${servicePrincipal}' to assume the role.`,
  );
}
