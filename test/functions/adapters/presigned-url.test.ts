import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileId } from "../../../core/identifiers.ts";
import { bucketUrl } from "../../../functions/adapters/signed/bucket.ts";
import { fileContents } from "../../../functions/adapters/signed/file-contents.ts";
import { presignerFor } from "../../../functions/adapters/signed/presigned-url.ts";
import { samplePrincipal, sampleUlid } from "../../support/samples.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

test("a signature is the one of AWS's published example", () => {
  const url = new URL("https://examplebucket.s3.amazonaws.com/test.txt");
  const presigned = presignerFor(credentials, "us-east-1")(
    { method: "GET", url, durationSeconds: 86_400 },
    new Date("2013-05-24T00:00:00Z"),
  );
  expect(presigned).toBe(
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

test.each([
  ["on AWS", {}, "https://files.s3.eu-west-1.amazonaws.com/"],
  [
    "at an endpoint of the environment",
    { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    "http://127.0.0.1:1/files/",
  ],
  [
    "at an endpoint for S3",
    { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_S3: "http://127.0.0.1:2" },
    "http://127.0.0.1:2/files/",
  ],
])("a bucket %s", (_, environment, url) =>
  expect(bucketUrl("eu-west-1", "files", environment).href).toBe(url),
);

/** What S3 answers, one after the other; `undefined` breaks the connection. */
let answers: (number | undefined)[] = [];
let asked = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const status = answers[asked++];
    if (status === undefined) return void response.destroy();
    response.writeHead(status).end();
  });
});
beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each<[string, (number | undefined)[], string | undefined, number]>([
  ["stored at once", [200], undefined, 1],
  ["stored after trouble", [503, undefined, 200], undefined, 3],
  ["refused: asked once", [403, 200], "S3PUT403", 1],
  ["in trouble for good", [500, 500, 500, 500, 200], "S3PUT500", 4],
])("an upload that is %s", async (_, script, failure, requests) => {
  [answers, asked] = [script, 0];
  const { port } = server.address() as AddressInfo;
  const bucket = new URL(`http://127.0.0.1:${port}/files/`);
  const key = { customer: samplePrincipal.customer, id: fileId(sampleUlid("F")) };
  const failed = await fileContents(bucket, presignerFor(credentials, "eu-west-1"))
    .write(key, Uint8Array.of(1))
    .then(
      () => undefined,
      (error: Error) => error.name,
    );
  expect({ failed, asked }).toEqual({ failed: failure, asked: requests });
});
