// npm start: runs the platform on this machine and shows a first call to make.
import { parseArgs } from "node:util";

const usage = `Runs Farebox on this machine: the stacks that \`cdk deploy\` would deploy, real models, no AWS account.

  npm start [-- options]

  --port <n>        port of the API (default 8787; 0 takes a free one)
  --config <file>   another configuration than farebox.config.ts
  --state <folder>  where tables, objects and keys are kept (default .farebox)
  --fresh           start over: forget what is kept
  --verbose         log everything: function logs, access logs, invocations
  --help            this text`;

const flags = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const port = Number(flags.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  fail(`--port takes a number from 0 to 65535, not "${flags.port}"`);

// Loading the platform takes a second: whoever asks for help, or errs, need not wait for it.
const { runPlatform } = await import("./platform/run-platform.ts");
await runPlatform({
  port,
  stateDir: flags.state,
  isFresh: flags.fresh,
  isVerbose: flags.verbose,
  ...(flags.config !== undefined && { configFile: flags.config }),
}).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        config: { type: "string" },
        state: { type: "string", default: ".farebox" },
        fresh: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
