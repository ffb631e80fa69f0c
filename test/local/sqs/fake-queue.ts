import type { Properties } from "../../../local/cloudformation/template.ts";
import { account, home, type FakeResource } from "../s3/fake-deployment.ts";

export const queueArn = (name: string, region = home): string => `arn:aws:sqs:${region}:${account}:${name}`;

export const fakeQueue = (name: string, properties: Properties = {}, region = home): FakeResource => ({
  type: "AWS::SQS::Queue",
  logicalId: `Queue${name.replaceAll("-", "")}`,
  ref: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  region,
  attributes: { Arn: queueArn(name, region), QueueName: name },
  properties,
});
