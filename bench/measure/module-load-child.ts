// A process of its own: loads one module as Lambda's runtime does at a cold start, and prints the CPU milliseconds.
import { pathToFileURL } from "node:url";
import "../systems/lambda-globals.ts";

const cpuMs = (): number => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1000;
};

const [, , file = ""] = process.argv;
const before = cpuMs();
await import(pathToFileURL(file).href);
process.stdout.write(String(cpuMs() - before));
process.exit();
