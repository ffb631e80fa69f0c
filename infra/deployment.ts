import type { App } from "aws-cdk-lib";
import type { Farebox } from "./config.ts";
import { ApiStack } from "./stacks/api-stack.ts";
import { BatchesStack } from "./stacks/batches-stack.ts";
import { BillingStack } from "./stacks/billing-stack.ts";
import { CatalogueStack } from "./stacks/catalogue-stack.ts";
import { DataStack } from "./stacks/data-stack.ts";
import { EvidenceStack } from "./stacks/evidence-stack.ts";
import { GlobalTablesStack } from "./stacks/global-tables-stack.ts";
import { KeyStack } from "./stacks/key-stack.ts";
import { ModelsStack } from "./stacks/models-stack.ts";
import { PursesStack } from "./stacks/purses-stack.ts";
import { ReplicaKeyStack } from "./stacks/replica-key-stack.ts";

type Deployment = {
  readonly farebox: Farebox;
  /** The AWS account to deploy to. */
  readonly account: string;
  /** Holds a folder with an `index.mjs` per function. */
  readonly functionsFolder: string;
};

/** All stacks of a deployment, in the order in which they come up. */
export const defineDeployment = (app: App, { farebox, account, functionsFolder }: Deployment): void => {
  const { stage, homeRegion, regions, models } = farebox;
  const peerRegions = regions.filter((region) => region !== homeRegion);
  const name = (part: string, region: string) => `farebox-${stage}-${part}-${region}`;
  const place = (region: string) => ({ stage, env: { account, region } });

  const home = new KeyStack(app, name("key", homeRegion), place(homeRegion));
  const replicas = peerRegions.map(
    (region) =>
      new ReplicaKeyStack(app, name("key", region), { ...place(region), primaryKeyArn: home.key.keyArn }),
  );
  const globalTables = new GlobalTablesStack(app, name("global-tables", homeRegion), {
    ...place(homeRegion),
    key: home.key,
    replicaKeys: Object.fromEntries(replicas.map(({ region, key }) => [region, key])),
  });

  const serve = ({ region, key }: KeyStack | ReplicaKeyStack) => {
    const data = new DataStack(app, name("data", region), { ...place(region), key });
    const endpoints = new ModelsStack(app, name("models", region), { ...place(region), key, models });
    endpoints.addStackDependency(data, "they load artifacts from its bucket, which they know by name");
    const batches = new BatchesStack(app, name("batches", region), {
      ...place(region),
      farebox,
      functionsFolder,
      data,
      endpointArns: endpoints.endpointArns,
    });
    batches.addStackDependency(globalTables, "its function reads the directory, which it knows by name");
    const api = new ApiStack(app, name("api", region), {
      ...place(region),
      farebox,
      functionsFolder,
      data,
      batchQueue: batches.queue,
      endpointArns: endpoints.endpointArns,
    });
    api.addStackDependency(globalTables, "its functions read the directory, which they know by name");
    const evidence = new EvidenceStack(app, name("evidence", region), {
      ...place(region),
      farebox,
      functionsFolder,
      data,
    });
    evidence.addStackDependency(globalTables, "it counts in the accounts table, which it knows by name");
    const purses = new PursesStack(app, name("purses", region), {
      ...place(region),
      farebox,
      functionsFolder,
      data,
    });
    purses.addStackDependency(globalTables, "it moves money in the accounts table, which it knows by name");
    return { data, endpoints };
  };
  const atHome = serve(home);
  const elsewhere = replicas.map(serve);

  const billing = new BillingStack(app, name("billing", homeRegion), {
    ...place(homeRegion),
    farebox,
    functionsFolder,
    data: atHome.data,
  });
  billing.addStackDependency(globalTables, "it writes the accounts table, which it knows by name");

  const catalogue = new CatalogueStack(app, name("catalogue", homeRegion), {
    ...place(homeRegion),
    farebox,
    functionsFolder,
    data: atHome.data,
  });
  catalogue.addStackDependency(globalTables, "it writes the directory, which it knows by name");
  for (const { endpoints } of [atHome, ...elsewhere])
    catalogue.addStackDependency(endpoints, "a model is for sale once it runs everywhere");
};
