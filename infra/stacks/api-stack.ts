import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { environment, streamSecondsMax } from "../../functions/contract.ts";
import type { Farebox } from "../config.ts";
import { addApiAlarms } from "../constructs/api-alarms.ts";
import { FareboxFunction } from "../constructs/farebox-function.ts";
import { PublicApi } from "../constructs/public-api.ts";
import { output } from "../constructs/output.ts";
import { filesBucketName } from "../files-bucket-name.ts";
import type { DataStack } from "./data-stack.ts";

type ApiStackProps = StackProps & {
  readonly farebox: Farebox;
  readonly functionsFolder: string;
  readonly data: DataStack;
  /** Takes what is to be done for batches. */
  readonly batchQueue: Queue;
  readonly endpointArns: readonly string[];
};

/** Time to record a usage event after the model was cut off at its limit. */
const meteringMarginSeconds = 15;

/** One function serves every task; `functions/infer/read-request.ts` has the same routes. */
const inferenceRoutes = [
  "/v1/responses",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/audio/transcriptions",
  "/v1/images/generations",
  "/v1/images/classifications",
  "/v1/moderations",
  "/v1/models/{model}/predict",
];

/** What customers talk to in one region: each function with all that it may do, then the routes. */
export class ApiStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { farebox, functionsFolder, data, batchQueue, endpointArns, ...props }: ApiStackProps,
  ) {
    super(scope, id, props);
    const { stage, allowedOrigins } = farebox;
    const shared = { stage, allowedOrigins, functionsFolder, key: data.key };
    const quick = { ...shared, memoryMb: 512, timeout: Duration.seconds(10) };

    const authorize = new FareboxFunction(this, "Authorize", { ...quick, name: "authorize" });
    authorize.mayUseTable(data.directory, environment.directoryTable, ["GetItem"]);

    const infer = new FareboxFunction(this, "Infer", {
      ...shared,
      name: "infer",
      memoryMb: 1024,
      timeout: Duration.seconds(streamSecondsMax + meteringMarginSeconds),
    });
    infer.mayUseTable(data.directory, environment.directoryTable, ["Query"]);
    // Usage events and progress are put; closing a lease that expired reads both.
    infer.mayUseTable(data.usage, environment.usageTable, ["PutItem", "Query"]);
    infer.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "PutItem",
      "Query",
      "UpdateItem",
      "DeleteItem",
    ]);
    infer.mayInvokeEndpoints(endpointArns);
    infer.mayFetchImagesFrom(farebox.imageHosts);

    const models = new FareboxFunction(this, "Models", { ...quick, name: "models" });
    models.mayUseTable(data.directory, environment.directoryTable, ["Query"]);

    const generations = new FareboxFunction(this, "Generations", { ...quick, name: "generations" });
    generations.mayUseTable(data.usage, environment.usageTable, ["GetItem"]);

    const balance = new FareboxFunction(this, "Balance", { ...quick, name: "balance" });
    balance.mayUseTable(data.accounts, environment.accountsTable, ["Query"]);
    balance.mayUseTable(data.usage, environment.usageTable, ["Query"]);

    const usage = new FareboxFunction(this, "Usage", { ...quick, name: "usage" });
    usage.mayUseTable(data.accounts, environment.accountsTable, ["Query"]);

    const invoices = new FareboxFunction(this, "Invoices", { ...quick, name: "invoices" });
    invoices.mayUseTable(data.accounts, environment.accountsTable, ["Query"]);

    const invoice = new FareboxFunction(this, "Invoice", { ...quick, name: "invoice" });
    invoice.mayUseTable(data.accounts, environment.accountsTable, ["GetItem"]);

    const filesBucket = Bucket.fromBucketName(this, "FilesBucket", filesBucketName(stage, this));
    const files = new FareboxFunction(this, "Files", {
      ...quick,
      name: "files",
      memoryMb: 1024,
      timeout: Duration.seconds(25),
    });
    files.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "PutItem",
      "Query",
      "UpdateItem",
      "DeleteItem",
    ]);
    // A presigned upload is a put in the function's name.
    files.mayUseFiles(filesBucket, environment.filesBucket, ["GetObject", "PutObject", "DeleteObject"]);

    const fileContent = new FareboxFunction(this, "FileContent", {
      ...quick,
      name: "file-content",
      timeout: Duration.seconds(25),
    });
    // Whoever asks for a pending file records what became of it.
    fileContent.mayUseTable(data.accounts, environment.accountsTable, ["GetItem", "UpdateItem"]);
    fileContent.mayUseFiles(filesBucket, environment.filesBucket, ["GetObject"]);

    const batches = new FareboxFunction(this, "Batches", {
      ...quick,
      name: "batches",
      timeout: Duration.seconds(25),
    });
    // Batches, and the file that one reads.
    batches.mayUseTable(data.accounts, environment.accountsTable, [
      "GetItem",
      "PutItem",
      "Query",
      "UpdateItem",
    ]);
    batches.mayUseFiles(filesBucket, environment.filesBucket, ["GetObject"]);
    batches.maySendTo(batchQueue, environment.batchQueueUrl);

    const health = new FareboxFunction(this, "Health", { ...quick, name: "health" });
    health.mayUseTable(data.directory, environment.directoryTable, ["GetItem"]);

    const openapi = new FareboxFunction(this, "OpenApi", { ...quick, name: "openapi" });

    const api = new PublicApi(this, "Api", { farebox, key: data.key, authorize });
    api.streamingRoute("POST", "/v1/chat/completions", infer);
    for (const path of inferenceRoutes) api.streamingRoute("POST", path, infer);
    api.route("GET", "/v1/models", models);
    api.route("GET", "/v1/models/{model}", models);
    api.route("GET", "/v1/generations/{id}", generations);
    api.route("GET", "/v1/balance", balance);
    api.route("GET", "/v1/usage", usage);
    api.route("GET", "/v1/invoices", invoices);
    // A stream carries a PDF's bytes as they are; a whole answer would be base64 for clients that accept anything.
    api.streamingRoute("GET", "/v1/invoices/{id}", invoice);
    api.route("POST", "/v1/files", files);
    api.route("GET", "/v1/files", files);
    api.route("GET", "/v1/files/{id}", files);
    api.route("DELETE", "/v1/files/{id}", files);
    api.streamingRoute("GET", "/v1/files/{id}/content", fileContent);
    api.route("POST", "/v1/batches", batches);
    api.route("GET", "/v1/batches", batches);
    api.route("GET", "/v1/batches/{id}", batches);
    api.route("POST", "/v1/batches/{id}/cancel", batches);
    api.openRoute("GET", "/health", health, "Load balancers and monitors ask for health, and hold no key.");

    api.openRoute(
      "GET",
      "/v1/openapi.json",
      openapi,
      "It says how to call the API, also to who has no key yet.",
    );

    addApiAlarms(this, { stage, rest: api.rest, inferLog: infer.log });
    output(this, "ApiUrl", api.rest.url);
  }
}
