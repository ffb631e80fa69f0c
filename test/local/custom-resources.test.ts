import { expect, test } from "vitest";
import type { LocalDeployment } from "../../local/cloudformation/deployment.ts";
import type { DeployedStack, Resource } from "../../local/cloudformation/template.ts";
import { createCustomResources } from "../../local/custom-resources.ts";
import type { FunctionRunner, Functions, InvocationResult } from "../../local/lambda/function-runner.ts";

const provided = new Map<string, string>();
const stack: DeployedStack = {
  name: "Web",
  account: "1",
  region: "us-east-1",
  resources: () => [],
  assetPath: () => "",
  provide: (logicalId, attribute, value) => void provided.set(`${logicalId}.${attribute}`, value),
};
const resource: Resource = {
  logicalId: "Seed",
  type: "Custom::Seed",
  stack,
  properties: { ServiceToken: "arn:seed", Count: 3, Deep: { On: true, List: [1, "a"] } },
  ref: "",
  attribute: () => "",
};
const deployment: LocalDeployment = {
  stacks: [stack],
  resources: () => [],
  customResources: () => [resource],
  imageSource: () => undefined,
};

type Event = {
  readonly ResponseURL: string;
  readonly RequestType: string;
  readonly ResourceProperties: unknown;
};

const functionsThat = (run: (event: Event) => Promise<InvocationResult>): Functions => {
  const runner: FunctionRunner = {
    name: "seed",
    arn: "arn:seed",
    region: "us-east-1",
    timeoutMs: 30_000,
    caller: { account: "1", roleArn: "r", sessionArn: "s", policies: [] },
    invoke: (eventJson) => run(JSON.parse(eventJson) as Event),
    permits: () => false,
  };
  return { find: () => runner };
};

const answering = (answer: object) =>
  functionsThat(async (event) => {
    await fetch(event.ResponseURL, { method: "PUT", body: JSON.stringify(answer) });
    return { kind: "payload", payload: "null" };
  });

test("the function gets a Create event whose scalars are text", async () => {
  const events: Event[] = [];
  const functions = functionsThat(async (event) => {
    events.push(event);
    await fetch(event.ResponseURL, {
      method: "PUT",
      body: JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "p" }),
    });
    return { kind: "payload", payload: "null" };
  });
  await createCustomResources(deployment, functions);
  expect(events).toMatchObject([
    {
      RequestType: "Create",
      LogicalResourceId: "Seed",
      ResourceType: "Custom::Seed",
      ResourceProperties: { ServiceToken: "arn:seed", Count: "3", Deep: { On: "true", List: ["1", "a"] } },
    },
  ]);
});

test("its answer becomes what Ref and Fn::GetAtt yield", async () => {
  await createCustomResources(
    deployment,
    answering({ Status: "SUCCESS", PhysicalResourceId: "physical", Data: { Token: "t", Size: 4 } }),
  );
  expect(Object.fromEntries(provided)).toEqual({
    "Seed.Ref": "physical",
    "Seed.Token": "t",
    "Seed.Size": "4",
  });
});

test.each([
  ["an answer FAILED", answering({ Status: "FAILED", Reason: "no such bucket" }), "no such bucket"],
  [
    "a function that fails",
    functionsThat(() =>
      Promise.resolve({ kind: "failed", payload: '{"errorType":"E","errorMessage":"it broke"}' }),
    ),
    "it broke",
  ],
  [
    "a function that never answers",
    functionsThat(() => Promise.resolve({ kind: "payload", payload: "null" })),
    "seed returned without answering its ResponseURL",
  ],
])("%s fails the start with its reason", async (_case, functions, reason) => {
  await expect(createCustomResources(deployment, functions)).rejects.toThrow(
    `Web/Seed (Custom::Seed) could not be created: ${reason}`,
  );
});
