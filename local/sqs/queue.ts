import { randomUUID } from "node:crypto";
import { AwsError, type PolicyDocument } from "../aws-service.ts";
import { pause, type Clock } from "../events/clock.ts";
import type { Message } from "./message.ts";
import type { MessageStore } from "./message-store.ts";

/** A queue as its template declares it. */
export type QueueSettings = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly region: string;
  readonly visibilityTimeoutMs: number;
  readonly retentionMs: number;
  readonly delayMs: number;
  readonly messageBytesMax: number;
  /** How long a receive that does not say waits for a message. */
  readonly receiveWaitMs: number;
  /** Messages received this often go to another queue instead of being received once more. */
  readonly redrive: { readonly deadLetterArn: string; readonly receiveCountMax: number } | undefined;
  /** The customer's key that encrypts messages. */
  readonly keyArn: string | undefined;
  readonly policy: PolicyDocument | undefined;
};

export type ReceiveOptions = {
  readonly messagesMax: number;
  /** The queue's own when absent. */
  readonly visibilityTimeoutMs?: number;
};

export type MessageCounts = { readonly visible: number; readonly inFlight: number; readonly delayed: number };

type Options = {
  readonly store: MessageStore;
  readonly clock: Clock;
  /** Takes messages that were received too often; asked for once one was. */
  readonly deadLetters: () => Queue | undefined;
};

/** A standard queue: its messages, and who waits for them. */
export class Queue {
  readonly settings: QueueSettings;
  readonly #options: Options;
  /** In the order of their sequence numbers. */
  readonly #messages: Map<string, Message>;
  #sequence: number;
  /** Aborted when a message may have become visible, and replaced. */
  #arrival = new AbortController();

  constructor(settings: QueueSettings, options: Options) {
    this.settings = settings;
    this.#options = options;
    const { kept } = options.store;
    this.#messages = new Map(kept.map((message) => [message.id, message]));
    this.#sequence = kept.at(-1)?.sequence ?? 0;
  }

  send(body: string, senderId: string, delayMs = this.settings.delayMs): Message {
    const now = this.#options.clock.now();
    const message = {
      id: randomUUID(),
      sequence: this.#nextSequence(),
      body,
      senderId,
      sentAtMs: now,
      visibleAtMs: now + delayMs,
      receiveCount: 0,
    };
    this.#put(message);
    this.#announce();
    return message;
  }

  /** What can be received now. */
  receive({
    messagesMax,
    visibilityTimeoutMs = this.settings.visibilityTimeoutMs,
  }: ReceiveOptions): Message[] {
    const now = this.#options.clock.now();
    this.#dropExpired(now);
    const received: Message[] = [];
    for (const message of this.#messages.values()) {
      if (received.length === messagesMax) break;
      if (message.visibleAtMs > now || this.#isSetAside(message)) continue;
      const inFlight = {
        ...message,
        visibleAtMs: now + visibilityTimeoutMs,
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? now,
        receiptHandle: `${message.id}#${randomUUID()}`,
      };
      this.#put(inFlight);
      received.push(inFlight);
    }
    return received;
  }

  /** Waits for messages, as long polling does; ends early, with none, when the signal aborts. */
  async receiveWithin(options: ReceiveOptions, waitMs: number, signal: AbortSignal): Promise<Message[]> {
    const { clock } = this.#options;
    const deadlineMs = clock.now() + waitMs;
    while (!signal.aborted) {
      const messages = this.receive(options);
      const now = clock.now();
      if (messages.length > 0 || now >= deadlineMs) return messages;
      const untilMs = this.#pending().reduce(
        (soonest, { visibleAtMs }) => Math.min(soonest, visibleAtMs),
        deadlineMs,
      );
      await pause(clock, untilMs - now, AbortSignal.any([signal, this.#arrival.signal]));
    }
    return [];
  }

  /** Removes the message of a receipt. An outdated receipt removes nothing, and is no error, as on SQS. */
  delete(receiptHandle: string): void {
    const message = this.#messageOf(receiptHandle);
    if (message?.receiptHandle === receiptHandle) this.#remove(message.id);
  }

  changeVisibility(receiptHandle: string, visibilityTimeoutMs: number): void {
    const now = this.#options.clock.now();
    const message = this.#messageOf(receiptHandle);
    if (message?.receiptHandle !== receiptHandle || message.visibleAtMs <= now) {
      throw new AwsError("MessageNotInflight", "The message referred to isn't in flight.");
    }
    this.#put({ ...message, visibleAtMs: now + visibilityTimeoutMs });
    this.#announce();
  }

  counts(): MessageCounts {
    const now = this.#options.clock.now();
    this.#dropExpired(now);
    const hidden = this.#pending();
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined).length;
    return {
      visible: this.#messages.size - hidden.length,
      inFlight,
      delayed: hidden.length - inFlight,
    };
  }

  /** Takes a message of the queue whose dead letters these are. It keeps its age. */
  #adopt(message: Message): void {
    const { receiptHandle: _theirs, ...kept } = message;
    this.#put({ ...kept, sequence: this.#nextSequence() });
    this.#announce();
  }

  /** Moves a message that was received as often as it may be. */
  #isSetAside(message: Message): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.receiveCountMax) return false;
    const deadLetters = this.#options.deadLetters();
    if (deadLetters === undefined) return false;
    // First there, then not here: a crash between the two leaves it twice, and never nowhere.
    deadLetters.#adopt(message);
    this.#remove(message.id);
    return true;
  }

  /** Messages that nobody can receive yet. */
  #pending(): readonly Message[] {
    const now = this.#options.clock.now();
    return [...this.#messages.values()].filter(({ visibleAtMs }) => visibleAtMs > now);
  }

  #dropExpired(now: number): void {
    for (const { id, sentAtMs } of this.#messages.values())
      if (now - sentAtMs >= this.settings.retentionMs) this.#remove(id);
  }

  #messageOf(receiptHandle: string): Message | undefined {
    const [id, receipt] = receiptHandle.split("#");
    if (id === undefined || receipt === undefined) {
      throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
    }
    return this.#messages.get(id);
  }

  #nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #put(message: Message): void {
    this.#messages.set(message.id, message);
    this.#options.store.put(message);
  }

  #remove(id: string): void {
    this.#messages.delete(id);
    this.#options.store.remove(id);
  }

  #announce(): void {
    const announced = this.#arrival;
    this.#arrival = new AbortController();
    announced.abort();
  }
}
