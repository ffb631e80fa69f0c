import { setTimeout as sleep } from "node:timers/promises";

let served = 0;

/** Misbehaves on request. */
export const handler = async ({ op = "", ms = 0 }) => {
  served += 1;
  if (op === "crash") process.exit(7);
  if (op === "throw") throw new RangeError("thrown on request");
  if (op === "sleep") await sleep(ms);
  if (op === "late") setTimeout(() => process.stdout.write("late\n"), ms);
  if (op === "reject") {
    void Promise.reject(new Error("nobody awaits this"));
    await sleep(1000);
  }
  if (op === "big") return "x".repeat(7_000_000);
  if (op === "say") process.stdout.write("said on request\n");
  return { served, pid: process.pid };
};
