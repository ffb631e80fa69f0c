import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCloud, type LocalCloud } from "../../local/cloud.ts";
import type { LogEvent } from "../../local/log-event.ts";
import { synthesizeFixture } from "./synthesize-fixture.ts";
import { until } from "../support/until.ts";

const home = "us-east-1";
const away = "eu-west-1";
const log: LogEvent[] = [];

const start = async (cdkOut: string, stateDir?: string): Promise<LocalCloud> =>
  startCloud({
    cdkOut,
    log: (event) => void log.push(event),
    runContainer: () => Promise.resolve(undefined),
    ...(stateDir === undefined ? {} : { stateDir }),
  });

const call = (
  cloud: LocalCloud,
  region: string,
  method: string,
  route: string,
  body?: string,
): Promise<Response> =>
  fetch(`${cloud.apiUrl(region)}${route}`, {
    method,
    headers: { authorization: "Bearer open-sesame" },
    ...(body === undefined ? {} : { body }),
  });

const client = (cloud: LocalCloud, region: string): DynamoDBClient =>
  new DynamoDBClient({ ...cloud.clientConfig(region), maxAttempts: 1 });

const key = (id: string, kind = "item") => ({ pk: { S: id }, sk: { S: kind } });

const read = async (cloud: LocalCloud, region: string, id: string, kind = "item") => {
  const { Item } = await client(cloud, region).send(
    new GetItemCommand({ TableName: "fixture-items", Key: key(id, kind), ConsistentRead: true }),
  );
  return Item;
};

const procFile = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // It ended while we were looking.
    return "";
  }
};
const parentOf = (pid: string): string => procFile(pid, "stat").split(") ")[1]?.split(" ")[1] ?? "";
const ownChildren = (): readonly string[] =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === String(process.pid));
/** Other files of this worker may have some running. */
const databases = (): readonly string[] =>
  ownChildren().filter((pid) => procFile(pid, "cmdline").includes("dynoxide"));
const environmentOf = (pid: string): string => procFile(pid, "environ");

describe("the fixture's stacks in two regions", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await start(await synthesizeFixture());
  });
  afterAll(() => cloud.stop());

  test("a request passes authorizer, function and table, with no denial", async () => {
    const put = await call(cloud, home, "PUT", "/items/one", "hello");
    expect([put.status, await put.json()]).toEqual([201, { principal: "ali" }]);
    const got = await call(cloud, home, "GET", "/items/one");
    expect(await got.json()).toEqual({ text: "hello", region: home, seedId: "seed-1", seedToken: "token-1" });
    expect(cloud.denials()).toEqual([]);
  });

  test("a write of one region is read in the other", async () => {
    await call(cloud, away, "PUT", "/items/two", "from afar");
    await cloud.replication.settled();
    expect(await (await call(cloud, home, "GET", "/items/two")).json()).toMatchObject({
      text: "from afar",
      region: home,
    });
  });

  test("of two writes during a partition the last one wins in both regions", async () => {
    cloud.replication.partition();
    const write = (region: string, text: string) =>
      client(cloud, region).send(
        new PutItemCommand({ TableName: "fixture-items", Item: { ...key("race"), text: { S: text } } }),
      );
    await write(away, "first");
    await write(home, "second");
    expect(await read(cloud, away, "race")).toMatchObject({ text: { S: "first" } });
    cloud.replication.heal();
    await cloud.replication.settled();
    for (const region of [home, away])
      expect(await read(cloud, region, "race")).toMatchObject({ text: { S: "second" } });
  });

  test("writers in both regions at once leave both with the same items", async () => {
    const writes = Array.from({ length: 60 }, (_, index) =>
      client(cloud, index % 2 === 0 ? home : away).send(
        new PutItemCommand({
          TableName: "fixture-items",
          Item: { ...key(`crowd-${index % 5}`), text: { S: String(index) } },
        }),
      ),
    );
    await Promise.all(writes);
    await cloud.replication.settled();
    for (let item = 0; item < 5; item += 1)
      expect(await read(cloud, away, `crowd-${item}`)).toEqual(await read(cloud, home, `crowd-${item}`));
  });

  test("a custom resource got its scalars as text", async () => {
    const seeded = await read(cloud, home, `seed-${home}`);
    expect(JSON.parse(seeded?.["text"]?.S ?? "")).toMatchObject({
      Count: "3",
      Urgent: "true",
      Names: ["a", "b"],
    });
  });

  test("a client that hangs up midway is noticed by the function, which records what it wrote", async () => {
    const response = await call(
      cloud,
      home,
      "POST",
      "/stream",
      JSON.stringify({ id: "gone", count: 500, everyMs: 10 }),
    );
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toContain("part 0;");
    await reader?.cancel();
    await until(async () => (await read(cloud, home, "gone", "stream")) !== undefined);
    const item = await read(cloud, home, "gone", "stream");
    expect(item?.["gone"]?.S).toBe("ECONNRESET");
    expect(Number(item?.["written"]?.N)).toBeLessThan(500);
  });

  test("messages reach the queue's worker; one that fails twice ends among the dead letters", async () => {
    const sqs = new SQSClient(cloud.clientConfig(home));
    const urlOf = async (QueueName: string) =>
      (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
    const Entries = ["one", "poison", "two"].map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: await urlOf("fixture-work"), Entries }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: await urlOf("fixture-dead"), WaitTimeSeconds: 15 }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(["poison"]);
    for (const text of ["one", "two"]) expect(await read(cloud, home, text, "work")).toBeDefined();
    expect(cloud.denials()).toEqual([]);
    sqs.destroy();
  });

  test("a client that follows a queue's URL, as the SDK does, stays on this machine", async () => {
    const { endpoint: _theFrontDoor, ...config } = cloud.clientConfig(away);
    const asked = new SQSClient(cloud.clientConfig(away));
    const { QueueUrl } = await asked.send(new GetQueueUrlCommand({ QueueName: "fixture-dead" }));
    const quiet = () => undefined;
    const following = new SQSClient({
      ...config,
      logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const Entries = [{ Id: "a", MessageBody: "followed" }];
    await following.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const { Messages } = await asked.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["followed"]);
    asked.destroy();
    following.destroy();
  });

  test("the capacity that a request consumes can be counted, per role", async () => {
    cloud.callLog.start();
    await call(cloud, home, "PUT", "/items/counted", "x");
    cloud.callLog.stop();
    const { roleArn } = cloud.functions.find("fixture-items", home).caller;
    expect(cloud.callLog.capacity()).toEqual([{ region: home, roleArn, operation: "PutItem", units: 1 }]);
    expect(cloud.callLog.calls().map(({ service, action }) => [service, action])).toEqual([
      ["dynamodb", "dynamodb:PutItem"],
      ["dynamodb", "kms:Decrypt"],
    ]);
  });

  test("request and invocation are logged with their durations, bodies never", async () => {
    await call(cloud, home, "PUT", "/items/logged", "canary-4711");
    await until(() =>
      log.some((event) => event.kind === "api-request" && event.path.endsWith("/items/logged")),
    );
    expect(log).toContainEqual(
      expect.objectContaining({ kind: "invocation", functionName: "fixture-items", outcome: "ok" }),
    );
    expect(JSON.stringify(log)).not.toContain("canary-4711");
  });
});

test("a forgotten grant on the table fails with AWS's AccessDenied, and is remembered", async () => {
  const cloud = await start(await synthesizeFixture({ without: "table" }));
  try {
    const put = await call(cloud, home, "PUT", "/items/one", "hello");
    const message = expect.stringMatching(
      /^User: arn:aws:sts::.* is not authorized to perform: dynamodb:PutItem on resource: .*:table\/fixture-items because no identity-based policy allows the dynamodb:PutItem action$/,
    );
    expect([put.status, await put.json()]).toEqual([500, { name: "AccessDeniedException", message }]);
    expect(cloud.denials()).toEqual([message]);
  } finally {
    await cloud.stop();
  }
});

test("a forgotten grant on the table's key fails the custom resource, and so the start, which leaves nothing running", async () => {
  const cdkOut = await synthesizeFixture({ without: "key" });
  const before = databases();
  await expect(start(cdkOut)).rejects.toThrow(
    /Seeded \(Custom::Seed\) could not be created: .*not authorized to perform: kms:Decrypt/,
  );
  expect(databases()).toEqual(before);
  expect(
    ownChildren().filter((pid) => environmentOf(pid).includes("AWS_LAMBDA_FUNCTION_NAME=fixture")),
  ).toEqual([]);
});

test("tables survive a restart where there is a state folder", async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), "farebox-state-"));
  try {
    const cdkOut = await synthesizeFixture();
    const first = await start(cdkOut, stateDir);
    await call(first, home, "PUT", "/items/kept", "still here");
    await first.stop();
    const second = await start(cdkOut, stateDir);
    try {
      expect(await (await call(second, home, "GET", "/items/kept")).json()).toMatchObject({
        text: "still here",
      });
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(stateDir, { recursive: true });
  }
});
