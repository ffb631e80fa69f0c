import { setTimeout as sleep } from "node:timers/promises";
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Deployment } from "../../../local/cloudformation/template.ts";
import type { ContainerSpec } from "../../../local/sagemaker/run-container.ts";
import { createSageMaker, type SageMakerOptions } from "../../../local/sagemaker/sagemaker.ts";
import { until } from "../../support/until.ts";
import { clientConfig, fakeFrontDoor } from "../s3/fake-front-door.ts";
import { fakeContainer, type FakeContainer } from "./fake-container.ts";
import { modelDeployment, roleArn, variant } from "./model-deployment.ts";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

const noModelData: SageMakerOptions["fetchModelData"] = () => {
  throw new Error("no model data was expected");
};

async function started(
  act: Parameters<typeof fakeContainer>[0],
  {
    deployment = modelDeployment(),
    isNeeded,
    ...options
  }: Partial<SageMakerOptions> & { deployment?: Deployment; isNeeded?: (endpoint: string) => boolean } = {},
) {
  const containers: FakeContainer[] = [];
  const specs: ContainerSpec[] = [];
  const sageMaker = createSageMaker(deployment, {
    async runContainer(spec) {
      specs.push(spec);
      const container = await fakeContainer(act);
      containers.push(container);
      return container;
    },
    fetchModelData: noModelData,
    restartDelayMs: 20,
    ...options,
  });
  const door = await fakeFrontDoor(sageMaker);
  cleanUp.push(() => door.stop());
  await sageMaker.startEndpoints(isNeeded);
  const client = new SageMakerRuntimeClient(clientConfig(door.url));
  cleanUp.push(() => client.destroy());
  const invoke = (body: string, more = {}) =>
    client.send(new InvokeEndpointCommand({ EndpointName: "Demo", Body: Buffer.from(body), ...more }));
  const stream = (body: string, abortSignal?: AbortSignal) =>
    client.send(
      new InvokeEndpointWithResponseStreamCommand({ EndpointName: "Demo", Body: Buffer.from(body) }),
      abortSignal === undefined ? {} : { abortSignal },
    );
  return { client, containers, door, sageMaker, specs, invoke, stream };
}

type StreamBody = Awaited<ReturnType<Awaited<ReturnType<typeof started>>["stream"]>>["Body"];

async function* partsOf(body: StreamBody) {
  for await (const event of body ?? []) yield Buffer.from(event.PayloadPart?.Bytes ?? []);
}

async function collect(body: StreamBody): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of partsOf(body)) parts.push(part);
  return parts;
}

describe("InvokeEndpoint", () => {
  test("the container sees the request's body and headers, and its answer comes back", async () => {
    const { containers, specs, door, invoke } = await started((body, response) => {
      response.setHeader("content-type", "application/json");
      response.setHeader("x-amzn-sagemaker-custom-attributes", "usage=3");
      response.end(`{"got":"${body}"}`);
    });
    const answer = await invoke("hello", {
      ContentType: "text/plain",
      Accept: "x/y",
      CustomAttributes: "id=1",
    });
    expect(Buffer.from(answer.Body ?? []).toString()).toBe('{"got":"hello"}');
    expect(answer).toMatchObject({
      ContentType: "application/json",
      InvokedProductionVariant: "blue",
      CustomAttributes: "usage=3",
    });
    expect(containers[0]?.invocations[0]?.headers).toMatchObject({
      "content-type": "text/plain",
      accept: "x/y",
      "x-amzn-sagemaker-custom-attributes": "id=1",
    });
    expect(specs).toEqual([
      {
        endpointName: "Demo",
        region: "eu-west-1",
        modelName: "demo-model",
        image: "demo:1",
        environment: { TASK: "chat" },
        instanceType: "ml.m5.large",
      },
    ]);
    expect(door.asked).toEqual([
      "sagemaker:InvokeEndpoint arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demo",
    ]);
  });

  test("a container's error is a ModelError with the original status and message", async () => {
    const { invoke } = await started((_, response) => response.writeHead(503).end("too busy"));
    await expect(invoke("x")).rejects.toMatchObject({
      name: "ModelError",
      OriginalStatusCode: 503,
      OriginalMessage: "too busy",
      LogStreamArn: expect.stringContaining("/aws/sagemaker/Endpoints/Demo"),
      message: expect.stringContaining('Received server error (503) from primary with message "too busy".'),
      $metadata: { httpStatusCode: 424 },
    });
  });

  test("a container that takes too long is a ModelError, and its work is aborted", async () => {
    const { containers, invoke } = await started(() => undefined, { invokeTimeoutMs: 500 });
    await expect(invoke("x")).rejects.toMatchObject({
      name: "ModelError",
      message: expect.stringContaining("timed out"),
    });
    await until(() => containers[0]?.invocations[0]?.aborted === true);
  });

  test("an unknown endpoint, an unknown variant and a body that is too large are refused", async () => {
    const { client, invoke } = await started((_, response) => response.end());
    await expect(
      client.send(new InvokeEndpointCommand({ EndpointName: "Nope", Body: Buffer.from("x") })),
    ).rejects.toMatchObject({
      name: "ValidationError",
      message: "Endpoint Nope of account 123456789012 not found.",
    });
    await expect(invoke("x", { TargetVariant: "green" })).rejects.toMatchObject({ name: "ValidationError" });
    await expect(invoke("x".repeat(25 * 1024 ** 2 + 1))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 413 },
    });
  });

  test("variants share the requests by weight, unless one is named", async () => {
    const deployment = modelDeployment({
      variants: [variant("blue", { InitialVariantWeight: 3 }), variant("green", { InitialVariantWeight: 1 })],
    });
    const { invoke } = await started((_, response) => response.end(), { deployment });
    const served: (string | undefined)[] = [];
    for (let request = 0; request < 8; request++) {
      served.push((await invoke("x")).InvokedProductionVariant);
    }
    expect(served.filter((name) => name === "green")).toHaveLength(2);
    expect((await invoke("x", { TargetVariant: "green" })).InvokedProductionVariant).toBe("green");
  });
});

describe("InvokeEndpointWithResponseStream", () => {
  test("parts may be cut inside a character, and together are what the model wrote", async () => {
    const { stream } = await started((_, response) => response.end("data: ü€😀\n\n"), {
      payloadPartBytes: 3,
    });
    const { Body } = await stream("x");
    const parts = await collect(Body);
    expect(parts.every((part) => part.length <= 3)).toBe(true);
    expect(Buffer.concat(parts).toString()).toBe("data: ü€😀\n\n");
  });

  test("the first bytes arrive before the model has finished", async () => {
    let finish = () => {};
    const { stream } = await started((_, response) => {
      response.write("first");
      finish = () => void response.end("last");
    });
    const { Body } = await stream("x");
    const seen: string[] = [];
    for await (const part of partsOf(Body)) {
      seen.push(part.toString());
      finish();
    }
    expect(seen).toEqual(["first", "last"]);
  });

  test("a model that fails before its first byte is a ModelError", async () => {
    const { stream } = await started((_, response) => response.writeHead(400).end("bad prompt"));
    await expect(stream("x")).rejects.toMatchObject({ name: "ModelError", OriginalStatusCode: 400 });
  });

  test("a model that breaks midway ends the stream with ModelStreamError", async () => {
    const { stream } = await started((_, response) => response.write("half", () => response.destroy()));
    const { Body } = await stream("x");
    const seen: string[] = [];
    const reading = (async () => {
      for await (const part of partsOf(Body)) seen.push(part.toString());
    })();
    await expect(reading).rejects.toMatchObject({ name: "ModelStreamError", ErrorCode: "StreamBroken" });
    expect(seen).toEqual(["half"]);
  });

  test("a stream past its time ends with ModelInvocationTimeExceeded", async () => {
    const { stream } = await started((_, response) => response.write("half"), { streamTimeoutMs: 300 });
    const { Body } = await stream("x");
    await expect(collect(Body)).rejects.toMatchObject({
      name: "ModelStreamError",
      ErrorCode: "ModelInvocationTimeExceeded",
    });
  });

  test("when the caller hangs up, the container's work is aborted", async () => {
    const { containers, stream } = await started((_, response) => response.write("half"));
    const hangUp = new AbortController();
    const { Body } = await stream("x", hangUp.signal);
    for await (const part of partsOf(Body)) {
      expect(part.toString()).toBe("half");
      break;
    }
    hangUp.abort();
    await until(() => containers[0]?.invocations[0]?.aborted === true);
  });
});

describe("containers", () => {
  test("one that dies fails the calls it had, and is started again", async () => {
    const reports: string[] = [];
    const { containers, invoke } = await started(
      (body, response) => {
        if (body === "die") void containers[0]?.crash();
        else response.end("alive");
      },
      { report: (message) => void reports.push(message) },
    );
    await expect(invoke("die")).rejects.toMatchObject({ name: "ModelError", OriginalStatusCode: 0 });
    const answer = async () => Buffer.from((await invoke("x")).Body ?? []).toString();
    await until(async () => (await answer().catch(() => "not yet")) === "alive");
    expect(containers).toHaveLength(2);
    expect(reports[0]).toContain("killed by SIGKILL");
  });

  test("one that is not needed at once starts with its first invocation, and once", async () => {
    const { specs, invoke, sageMaker } = await started((_, response) => response.end("here"), {
      isNeeded: () => false,
    });
    expect(specs).toEqual([]);
    const answers = await Promise.all([invoke("one"), invoke("two")]);
    expect(answers.map(({ Body: body }) => Buffer.from(body ?? []).toString())).toEqual(["here", "here"]);
    await sageMaker.startRemaining();
    await invoke("three");
    expect(specs).toHaveLength(1);
  });

  test("one that nobody has invoked starts with all that remain", async () => {
    const { specs, sageMaker } = await started((_, response) => response.end(), { isNeeded: () => false });
    expect(specs).toEqual([]);
    await sageMaker.startRemaining();
    expect(specs).toHaveLength(1);
  });

  test("one that cannot start when it is invoked says why, and is tried again", async () => {
    let attempts = 0;
    const reports: string[] = [];
    const { invoke } = await started((_, response) => response.end(), {
      isNeeded: () => false,
      report: (message) => void reports.push(message),
      async runContainer() {
        attempts += 1;
        throw new Error("no memory");
      },
    });
    await expect(invoke("x")).rejects.toMatchObject({ name: "ModelError", message: /no memory/ });
    await until(() => attempts > 1);
    expect(reports[0]).toContain("no memory");
  });

  test("one that nothing here can run says so when it is invoked, and is not tried again", async () => {
    const reports: string[] = [];
    let attempts = 0;
    const { invoke, sageMaker } = await started((_, response) => response.end(), {
      isNeeded: () => false,
      report: (message) => void reports.push(message),
      async runContainer() {
        attempts += 1;
        return undefined;
      },
    });
    await expect(invoke("x")).rejects.toMatchObject({ message: /nothing on this machine runs the image/ });
    await sleep(100);
    expect(attempts).toBe(1);
    expect(reports).toEqual([expect.stringContaining("nothing on this machine runs the image")]);
    await expect(sageMaker.startEndpoints()).rejects.toThrow(/Endpoint Demo: nothing on this machine/);
  });

  test("model data is fetched as the execution role, and handed to the container", async () => {
    const fetched: unknown[] = [];
    const deployment = modelDeployment({
      container: {
        ModelDataSource: {
          S3DataSource: { S3Uri: "s3://models/demo/", S3DataType: "S3Prefix", CompressionType: "None" },
        },
      },
    });
    const { specs } = await started((_, response) => response.end(), {
      deployment,
      async fetchModelData(...fetching) {
        fetched.push(fetching);
        return "/models/demo";
      },
    });
    expect(fetched).toEqual([["s3://models/demo/", roleArn, "eu-west-1"]]);
    expect(specs[0]?.modelDataDir).toBe("/models/demo");
  });

  const start = (
    deployment: Deployment,
    runContainer: SageMakerOptions["runContainer"],
    limits: { readonly readyTimeoutMs?: number } = {},
  ) => createSageMaker(deployment, { runContainer, fetchModelData: noModelData, ...limits }).startEndpoints();

  test("one that ends before it is ready fails the start, naming endpoint and reason", async () => {
    const stopped: string[] = [];
    const starting = start(modelDeployment(), async () => ({
      url: "http://127.0.0.1:1",
      exited: Promise.resolve("exit code 1"),
      stop: () => void stopped.push("stopped"),
    }));
    await expect(starting).rejects.toThrow(/Endpoint Demo: .*exit code 1/);
    expect(stopped).toEqual(["stopped"]);
  });

  test("one that never answers fails the start within the limit", async () => {
    const silent = async () => ({ url: "http://127.0.0.1:1", stop: () => undefined });
    const starting = start(modelDeployment(), silent, { readyTimeoutMs: 100 });
    await expect(starting).rejects.toThrow(/Endpoint Demo: .*did not answer GET \/ping/);
  });

  test("an endpoint on GPUs that nothing here can run is refused by name", async () => {
    const deployment = modelDeployment({ variants: [variant("blue", { InstanceType: "ml.g5.xlarge" })] });
    await expect(start(deployment, async () => undefined)).rejects.toThrow(/Endpoint Demo: .*ml\.g5\.xlarge/);
  });
});

describe("templates", () => {
  const create = (deployment: Deployment) => () =>
    createSageMaker(deployment, { runContainer: async () => undefined, fetchModelData: noModelData });

  test("a role that does not trust SageMaker cannot serve a model", () => {
    expect(create(modelDeployment({ trusted: "lambda.amazonaws.com" }))).toThrow(/could not assume role/);
  });

  test("inference components are refused by name", () => {
    const component = {
      type: "AWS::SageMaker::InferenceComponent",
      logicalId: "Component",
      ref: "c",
      properties: {},
    };
    expect(create(modelDeployment({ more: [component] }))).toThrow(/Component.*inference components/);
  });

  test("compressed model data is refused", () => {
    expect(create(modelDeployment({ container: { ModelDataUrl: "s3://b/model.tar.gz" } }))).toThrow(
      /ModelDataUrl/,
    );
  });
});
