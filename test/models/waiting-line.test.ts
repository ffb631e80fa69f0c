import { expect, test } from "vitest";
import { createWaitingLine, type Place } from "../../models/server/waiting-line.ts";

const patient = new AbortController().signal;

const leave = (place: Place) => {
  if (!place.ok) throw new Error(`No place: ${place.reason}.`);
  place.leave();
};

test("whoever waited longest goes next, one for each that leaves", async () => {
  const line = createWaitingLine(1, 2);
  const order: string[] = [];
  const first = await line.enter(patient);
  const second = line.enter(patient).then((place) => (order.push("second"), place));
  const third = line.enter(patient).then((place) => (order.push("third"), place));
  leave(first);
  leave(await second);
  leave(await third);
  expect(order).toEqual(["second", "third"]);
});

test("a full line refuses at once, and has room again when someone leaves", async () => {
  const line = createWaitingLine(1, 0);
  const first = await line.enter(patient);
  expect(await line.enter(patient)).toEqual({ ok: false, reason: "full" });
  leave(first);
  expect(await line.enter(patient)).toMatchObject({ ok: true });
});

test("a place left twice is free once", async () => {
  const line = createWaitingLine(1, 0);
  const first = await line.enter(patient);
  leave(first);
  leave(first);
  expect(await line.enter(patient)).toMatchObject({ ok: true });
  expect(await line.enter(patient)).toEqual({ ok: false, reason: "full" });
});

test("who goes away while waiting takes no place", async () => {
  const line = createWaitingLine(1, 1);
  const first = await line.enter(patient);
  const impatient = new AbortController();
  const waiting = line.enter(impatient.signal);
  impatient.abort();
  expect(await waiting).toEqual({ ok: false, reason: "left" });
  const next = line.enter(patient);
  leave(first);
  expect(await next).toMatchObject({ ok: true });
});

test("who is gone already does not enter", async () => {
  expect(await createWaitingLine(1, 1).enter(AbortSignal.abort())).toEqual({ ok: false, reason: "left" });
});
