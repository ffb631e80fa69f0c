// npm run check: the one gate, here and in CI. `-- --static` leaves out the tests, for CI runs them as a step of its own.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const layers = ["core", "functions", "infra", "local", "models/server", "."];

const staticSteps: readonly Step[] = [
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  ...layers.map((layer) => ({ name: `types: ${layer}`, command: "tsc", args: ["-p", layer] })),
  { name: "api description", command: "node", args: ["scripts/lint-openapi.ts"] },
  { name: "dead code", command: "knip", args: [] },
  // With CDK's own validation and cdk-nag as errors; tests synthesize without them.
  { name: "synth", command: "cdk", args: ["synth", "--quiet", "--output", "cdk.out/check"] },
];

const steps = process.argv.includes("--static")
  ? staticSteps
  : [...staticSteps, { name: "tests", command: "node", args: ["scripts/test.ts"] }];

let failures = 0;
for (const { name, command, args } of steps) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: name === "tests" ? "inherit" : "pipe",
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${name}  ${seconds} s`);
  if (status !== 0) {
    failures += 1;
    console.log(`$ ${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`);
  }
}
rmSync("cdk.out/check", { recursive: true, force: true });
process.exitCode = failures === 0 ? 0 : 1;
