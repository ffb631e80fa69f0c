// npm run audit: proves that the books of a customer balance, or names where they do not.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { isJsonObject, parseJsonObject } from "../core/json.ts";
import { loadConfig } from "../infra/load-config.ts";

const usage = `Proves that archive = counters = cells = ledger = invoice lines for a customer, to the picodollar,
and names the first event at which they do not. Changes nothing.

  npm run audit -- --customer cus_… [options]

  --customer <id>   whose books
  --month <month>   a calendar month of the customer's, such as 2026-11; closed months have an invoice to check
  --from <instant>  with --until instead of a month, such as 2026-11-01T00:00:00Z
  --until <instant>
                    without any: the customer's current month so far
  --json            the report as JSON
  --aws             ask the deployment on AWS, with the credentials in the environment; default: the platform that
                    npm start runs on this machine
  --state <folder>  where that one keeps its state (default .farebox)

Exit status: 0 they balance, 1 they do not, 2 it could not be found out.`;

const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};

const flags = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const { customer, month, from, until } = flags;
if (customer === undefined) fail(`Whose books? Give --customer.\n\n${usage}`);

const farebox = await loadConfig();
const answer = await ask(flags.aws ? new LambdaClient({ region: farebox.homeRegion }) : localClient());
if (typeof answer["error"] === "string") fail(answer["error"]);
const { ok, text, report } = answer;
if (typeof ok !== "boolean" || typeof text !== "string" || typeof report !== "string")
  fail("The audit gave no answer that this version understands.");
console.log(flags.json ? report : text);
process.exitCode = ok === true ? 0 : 1;

async function ask(client: LambdaClient): Promise<Readonly<Record<string, unknown>>> {
  const request = { customer, month, from, until };
  try {
    const { Payload: payload, FunctionError: error } = await client.send(
      new InvokeCommand({
        FunctionName: `farebox-${farebox.stage}-audit`,
        Payload: Buffer.from(JSON.stringify(request)),
      }),
    );
    if (error !== undefined) fail("The audit failed; the log of the function `audit` says where.");
    return parseJsonObject(Buffer.from(payload ?? []).toString("utf8")) ?? {};
  } catch (error) {
    return fail(`The audit could not be called: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    client.destroy();
  }
}

/** The front door of the platform that runs on this machine, as its administrator. */
function localClient(): LambdaClient {
  const file = path.resolve(flags.state, "endpoint.json");
  const aws = endpointIn(file)["aws"];
  if (!isJsonObject(aws))
    return fail(`Nothing runs here: ${file} is missing. Run npm start first, or give --aws.`);
  const { endpoint, region, accessKeyId, secretAccessKey } = aws;
  if (
    typeof endpoint !== "string" ||
    typeof region !== "string" ||
    typeof accessKeyId !== "string" ||
    typeof secretAccessKey !== "string"
  )
    return fail(`${file} is not what npm start writes. Start the platform again.`);
  return new LambdaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

function endpointIn(file: string): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(readFileSync(file, "utf8")) ?? {};
  } catch {
    return {};
  }
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        customer: { type: "string" },
        month: { type: "string" },
        from: { type: "string" },
        until: { type: "string" },
        json: { type: "boolean", default: false },
        aws: { type: "boolean", default: false },
        state: { type: "string", default: ".farebox" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
