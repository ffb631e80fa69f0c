import { leaseHolder } from "../../core/admission/lease-holder.ts";
import { leaseRules } from "../../core/admission/lease-rules.ts";
import type { Principal } from "../../core/access/principal.ts";
import { createBatch } from "../../core/batches/create-batch.ts";
import { planBatch } from "../../core/batches/plan-batch.ts";
import type { BatchTask, RunPorts } from "../../core/batches/ports.ts";
import { runChunk } from "../../core/batches/run-chunk.ts";
import type { Batch } from "../../core/batches/batch.ts";
import type { Model } from "../../core/catalogue/model.ts";
import { batchRates } from "../../core/catalogue/batch-rates.ts";
import type { ModelServers } from "../../core/inference/ports.ts";
import type { Refusal } from "../../core/inference/refusal.ts";
import { priceId } from "../../core/identifiers.ts";
import type { Money } from "../../core/money.ts";
import { type EpochMs, after } from "../../core/time.ts";
import { type CrashMoment, Crash, crashAt } from "./crashing.ts";
import { memoryBatchContents, memoryBatches } from "./memory-batches.ts";
import { memoryFileContents, memoryFileRecords } from "./memory-files.ts";
import { memoryInference } from "./memory-inference.ts";
import { present } from "./present.ts";
import { sampleFile } from "./sample-file.ts";
import { countingBytes, sampleChat, sampleModel, samplePrincipal, sampleUlid } from "./samples.ts";

/** The sample model at half its price for batches. */
export const batchModel: Model = {
  ...sampleModel,
  batchPrice: {
    id: priceId(sampleUlid("BATCHPRC")),
    rates: batchRates(present(sampleModel.price).rates, 50),
  },
};

/** $0.5 per million tokens of input, $1.5 of output: what an answer of the world's model costs. */
export const lineCost = 10n * 500_000n + 5n * 1_500_000n;

const answer = new TextEncoder().encode(
  JSON.stringify({
    choices: [{ message: { content: "Nine Doors North." } }],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  }),
);
export const answering: ModelServers["invoke"] = async () => ({ ok: true, body: answer });

export const lineOf = (customId: string, body: object = { model: batchModel.name }): string =>
  JSON.stringify({ custom_id: customId, method: "POST", url: "/v1/chat/completions", body });

export const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${lineOf(`line-${index}`)}\n`).join("");

type World = {
  readonly invoke?: ModelServers["invoke"];
  readonly wallet?: Money;
  /** Happens while a result is stored. */
  readonly storing?: () => void;
  readonly caller?: () =>
    | { readonly ok: true; readonly principal: Principal }
    | { readonly ok: false; readonly refusal: Refusal };
};

type Fault = { readonly call: number; readonly moment: CrashMoment };

/** What a line of the result files says. */
export type ShownResult = {
  readonly customId: string;
  readonly result: {
    readonly kind: string;
    readonly request?: string;
    readonly reason?: string;
    readonly refusal?: Refusal;
  };
};

/** One batch of the sample customer in memory: its queue, and processes that work it off and may die. */
export const batchWorld = async (input: string, world: World = {}) => {
  const inference = memoryInference({
    model: batchModel,
    invoke: world.invoke ?? answering,
    ...(world.wallet !== undefined && { wallet: world.wallet }),
  });
  const { records, decisions } = memoryBatches(inference.usage);
  const stored = memoryBatchContents();
  const files = { records: memoryFileRecords(), contents: memoryFileContents() };
  const queue: BatchTask[] = [];
  let skippedMs = 0;
  const clock = { now: (): EpochMs => after(inference.ports.clock.now(), skippedMs) };
  const randomBytes = countingBytes();

  const ports: RunPorts = {
    batches: records,
    decisions,
    contents: {
      ...stored.contents,
      writeResult: async (...result) => {
        world.storing?.();
        await stored.contents.writeResult(...result);
      },
    },
    files,
    queue: { send: async (tasks) => void queue.push(...tasks) },
    clock,
    randomBytes,
    inference: { ...inference.ports, clock },
    callers: { find: async () => world.caller?.() ?? { ok: true, principal: samplePrincipal } },
    readRequest: async (_, fields) => ({ ok: true, request: sampleChat({ fields }) }),
    showResult: (_, customId, result) => `${JSON.stringify({ customId, result })}\n`,
    pause: async () => undefined,
  };

  /** A new process, with leases of its own; it dies at the fault. */
  const processWith = (fault?: Fault): { readonly ports: RunPorts; calls(): number } => {
    const { guarded, calls } = crashAt(fault?.call ?? Number.POSITIVE_INFINITY, fault?.moment ?? "before");
    const { cells, usage } = inference;
    const leases = leaseHolder({
      region: ports.inference.region,
      randomBytes,
      cells: guarded(cells),
      usage: guarded(usage),
      rules: leaseRules(),
    });
    return {
      calls,
      ports: {
        ...ports,
        batches: guarded(ports.batches),
        decisions: guarded(ports.decisions),
        contents: guarded(ports.contents),
        files: { records: guarded(files.records), contents: guarded(files.contents) },
        queue: guarded(ports.queue),
        callers: guarded(ports.callers),
        inference: {
          ...ports.inference,
          leases,
          modelServers: guarded(ports.inference.modelServers),
          usageEvents: guarded(ports.inference.usageEvents),
        },
      },
    };
  };

  const work = async (running: RunPorts, task: BatchTask): Promise<void> =>
    task.kind === "plan"
      ? planBatch(running)(task.customer, task.batch)
      : runChunk(running)(task.customer, task.batch, task.chunk, after(running.clock.now(), 400_000));

  const file = sampleFile();
  await files.records.add(file);
  stored.write(file, input);
  const created = await createBatch(ports)(file.customer, samplePrincipal.key, {
    input: file.id,
    endpoint: "/v1/chat/completions",
    metadata: {},
  });
  if (!created.ok) throw new Error(created.refusal.message);
  const { batch } = created;
  const current = async (): Promise<Batch> => present(await records.find(batch.customer, batch.id));

  return {
    ports,
    queue,
    batch,
    file,
    objects: stored.objects,
    inference,
    current,
    skip: (durationMs: number): void => void (skippedMs += durationMs),
    /** Does what the first message says. */
    drainOne: (): Promise<void> => work(processWith().ports, present(queue.shift())),
    /** Takes messages off the queue until it is empty, each process with the next fault; a message whose process dies comes again. */
    async drain(faults: readonly Fault[] = [], { copies = 1 } = {}): Promise<{ readonly calls: number }> {
      const left = [...faults];
      let calls = 0;
      for (let deliveries = 0; queue.length > 0; deliveries++) {
        if (deliveries > 500) throw new Error("the queue does not become empty");
        const task = present(queue.shift());
        const outcomes = await Promise.allSettled(
          Array.from({ length: copies }, async () => {
            const process = processWith(left.shift());
            await work(process.ports, task).finally(() => (calls += process.calls()));
          }),
        );
        for (const outcome of outcomes)
          if (outcome.status === "rejected") {
            // Of copies, one may find what it needs discarded by the other: then it comes again, too.
            if (!(outcome.reason instanceof Crash) && copies === 1) throw outcome.reason;
            queue.push(task);
          }
      }
      return { calls };
    },
    /** The lines of a result file; none where there is no such file. */
    async results(kind: "output" | "error"): Promise<readonly ShownResult[]> {
      const { results } = await current();
      const text = results && stored.objects.get(`${batch.customer}/${results[kind]}`);
      return text
        ? text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as ShownResult)
        : [];
    },
    /** Those that cost something. */
    billed: () => inference.usage.events().filter(({ cost }) => cost > 0n),
  };
};
