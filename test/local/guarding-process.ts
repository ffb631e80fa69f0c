// Runs two guarded children, one of them frozen, until it is killed; prints their pids. For guarded-process.test.ts.
import { spawnGuarded } from "../../local/guarded-process.ts";

const children = [1, 2].map(() => spawnGuarded("sleep", ["60"], { stdio: "ignore" }));
const pids = children.flatMap(({ pid }) => pid ?? []);
for (const frozen of pids.slice(0, 1)) process.kill(frozen, "SIGSTOP");
process.stdout.write(`${JSON.stringify(pids)}\n`);
