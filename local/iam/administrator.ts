import type { Caller } from "../aws-service.ts";

/** Whoever runs the machine: tests, seeding and the platform team's tools. May do everything. */
export const administrator = (account: string): Caller => ({
  roleArn: `arn:aws:iam::${account}:role/administrator`,
  sessionArn: `arn:aws:sts::${account}:assumed-role/administrator/local`,
  account,
  policies: [{ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }],
});
