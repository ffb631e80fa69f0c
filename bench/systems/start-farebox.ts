import { fileURLToPath } from "node:url";
import { environment } from "../../functions/contract.ts";
import { bundleFolder } from "../../infra/bundle.ts";
import { startServer } from "../processes/server-child.ts";
import { credentials, region, tables } from "./database.ts";
import { type Surroundings, type System, observed } from "./system.ts";

type FareboxOptions = Surroundings & {
  readonly databaseUrl: string;
  /** A key as it was issued. */
  readonly apiKey: string;
};

/** What the functions' own environment says on AWS, with two addresses of this machine. */
export const fareboxEnvironment = ({
  upstreamPort,
  databaseUrl,
}: Pick<FareboxOptions, "upstreamPort" | "databaseUrl">): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: databaseUrl,
  AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: `http://127.0.0.1:${upstreamPort}`,
  [environment.stage]: "bench",
  [environment.allowedOrigins]: "*",
  [environment.directoryTable]: tables.directory,
  [environment.accountsTable]: tables.accounts,
  [environment.usageTable]: tables.usage,
  BUNDLE_FOLDER: bundleFolder,
});

/** Starts the deployed bundles; `infra/bundle.ts` must have built them. */
export const startFarebox = async (options: FareboxOptions): Promise<System> => {
  const { logFolder, apiKey } = options;
  const process = await startServer({
    name: "farebox",
    command: () => [...observed, fileURLToPath(new URL("./farebox-server.ts", import.meta.url))],
    environment: fareboxEnvironment(options),
    core: "underTest",
    logFolder,
  });
  return {
    name: "farebox",
    port: process.port,
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${apiKey}` },
    process,
  };
};
