import type { Admitted } from "../../admission/admit.ts";
import { type JsonObject, isJsonObject } from "../../json.ts";
import { readCount } from "../model-usage.ts";
import {
  type FunctionCall,
  type PartKind,
  functionCallItem,
  messageItem,
  messagePart,
} from "./response-items.ts";
import { type ResponseEnd, itemId } from "./response-object.ts";

type Message = {
  readonly kind: "message";
  readonly id: string;
  readonly parts: { readonly kind: PartKind; text: string }[];
  isOpen: boolean;
};
type Call = {
  readonly kind: "call";
  readonly id: string;
  /** By which the model's deltas name it. */
  readonly index: number;
  call: FunctionCall;
  isOpen: boolean;
};

/** An event of a response's stream, still without its number. */
export type OutputEvent = JsonObject & { readonly type: string };

/**
 * A response's output as it grows by the deltas of a chat model, and the events that tell of it. A whole message is one delta.
 * Calls stay open until the end or until the model speaks again: some servers send the arguments of several by turns.
 */
export class ResponseOutput {
  readonly #admitted: Admitted;
  readonly #items: (Message | Call)[] = [];

  constructor(admitted: Admitted) {
    this.#admitted = admitted;
  }

  add(delta: JsonObject): readonly OutputEvent[] {
    const [content, refusal, calls] = [delta["content"], delta["refusal"], delta["tool_calls"]];
    const events: OutputEvent[] = [];
    if (isText(content)) events.push(...this.#say("output_text", content));
    if (isText(refusal)) events.push(...this.#say("refusal", refusal));
    if (Array.isArray(calls))
      calls.forEach((call: unknown, position) => {
        if (isJsonObject(call)) events.push(...this.#call(call, position));
      });
    return events;
  }

  /** Closes what is open. */
  end(end: ResponseEnd): readonly OutputEvent[] {
    const last = this.#items.length - 1;
    return this.#items.flatMap((item, at) => this.#close(item, at === last ? end.status : "completed"));
  }

  /** The items so far; what is cut short is the last. */
  items(end: ResponseEnd): readonly JsonObject[] {
    const last = this.#items.length - 1;
    return this.#items.map((item, at) => show(item, at === last ? end.status : "completed"));
  }

  #say(kind: PartKind, text: string): OutputEvent[] {
    const events: OutputEvent[] = [];
    const last = this.#items.at(-1);
    let message = last?.kind === "message" && last.isOpen ? last : undefined;
    if (!message) {
      events.push(...this.#closeAll());
      message = { kind: "message", id: this.#newId("msg"), parts: [], isOpen: true };
      events.push(this.#open(message));
    }
    let part = message.parts.at(-1);
    if (part?.kind !== kind) {
      if (part) events.push(...this.#closePart(message));
      part = { kind, text: "" };
      message.parts.push(part);
      events.push({
        type: "response.content_part.added",
        ...this.#partPlace(message),
        part: messagePart(kind, ""),
      });
    }
    part.text += text;
    events.push({
      type: `response.${kind}.delta`,
      ...this.#partPlace(message),
      delta: text,
      ...(kind === "output_text" && { logprobs: [] }),
    });
    return events;
  }

  #call(delta: JsonObject, position: number): OutputEvent[] {
    const events: OutputEvent[] = [];
    const index = readCount(delta["index"]) ?? position;
    const callId = isText(delta["id"]) ? delta["id"] : undefined;
    const told = isJsonObject(delta["function"]) ? delta["function"] : {};
    const name = isText(told["name"]) ? told["name"] : "";
    const json = isJsonObject(told["arguments"]) ? JSON.stringify(told["arguments"]) : told["arguments"];
    let call = this.#items.findLast(
      (item): item is Call => item.kind === "call" && item.isOpen && item.index === index,
    );
    // Some servers give every call the same index; an id of its own makes it another one.
    if (!call || (callId !== undefined && callId !== call.call.callId)) {
      const last = this.#items.at(-1);
      if (last?.kind === "message") events.push(...this.#close(last, "completed"));
      const made = callId ?? this.#newId("call");
      call = {
        kind: "call",
        id: this.#newId("fc"),
        index,
        call: { callId: made, name, arguments: "" },
        isOpen: true,
      };
      events.push(this.#open(call));
    }
    if (isText(json)) {
      call.call = { ...call.call, arguments: call.call.arguments + json };
      events.push({
        type: "response.function_call_arguments.delta",
        item_id: call.id,
        output_index: this.#items.indexOf(call),
        delta: json,
      });
    }
    return events;
  }

  #newId(prefix: "msg" | "fc" | "call"): string {
    return itemId(this.#admitted, prefix, this.#items.length);
  }

  #open(item: Message | Call): OutputEvent {
    this.#items.push(item);
    return {
      type: "response.output_item.added",
      output_index: this.#items.length - 1,
      item: show(item, "in_progress"),
    };
  }

  #closeAll(): OutputEvent[] {
    return this.#items.flatMap((item) => this.#close(item, "completed"));
  }

  #close(item: Message | Call, status: ResponseEnd["status"]): OutputEvent[] {
    if (!item.isOpen) return [];
    item.isOpen = false;
    const place = { output_index: this.#items.indexOf(item) };
    const ended =
      item.kind === "message"
        ? this.#closePart(item)
        : [
            {
              type: "response.function_call_arguments.done",
              item_id: item.id,
              ...place,
              name: item.call.name,
              arguments: item.call.arguments,
            },
          ];
    return [...ended, { type: "response.output_item.done", ...place, item: show(item, status) }];
  }

  /** The last part of a message. */
  #closePart(message: Message): OutputEvent[] {
    const part = message.parts.at(-1);
    if (!part) return [];
    const place = this.#partPlace(message);
    const whole = part.kind === "output_text" ? { text: part.text, logprobs: [] } : { refusal: part.text };
    return [
      { type: `response.${part.kind}.done`, ...place, ...whole },
      { type: "response.content_part.done", ...place, part: messagePart(part.kind, part.text) },
    ];
  }

  #partPlace(message: Message) {
    return {
      item_id: message.id,
      output_index: this.#items.indexOf(message),
      content_index: message.parts.length - 1,
    };
  }
}

const show = (item: Message | Call, status: "in_progress" | ResponseEnd["status"]): JsonObject =>
  item.kind === "message"
    ? messageItem(
        item.id,
        status,
        item.parts.map(({ kind, text }) => messagePart(kind, text)),
      )
    : functionCallItem(item.id, status, item.call);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
