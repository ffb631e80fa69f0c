import type { FilePorts } from "../../core/files/ports.ts";
import { dynamoDb } from "../adapters/dynamodb/client.ts";
import { fileRecords } from "../adapters/dynamodb/file-records.ts";
import { bucketUrl } from "../adapters/signed/bucket.ts";
import { fileContents } from "../adapters/signed/file-contents.ts";
import { type Presign, presignerFor } from "../adapters/signed/presigned-url.ts";
import { environment } from "../contract.ts";
import { required } from "../environment.ts";

/** Signs in the name of the execution role. */
export const presigner = (region: string): Presign => {
  const sessionToken = process.env["AWS_SESSION_TOKEN"];
  return presignerFor(
    {
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken && { sessionToken }),
    },
    region,
  );
};

/** This region's files, as the execution role may use them. */
export const filePorts = (): FilePorts => {
  const region = required("AWS_REGION");
  return {
    records: fileRecords(dynamoDb(), required(environment.accountsTable), region),
    contents: fileContents(
      bucketUrl(region, required(environment.filesBucket), process.env),
      presigner(region),
    ),
  };
};
