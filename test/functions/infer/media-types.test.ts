import { describe, expect, test } from "vitest";
import { harmless, isPassedOn } from "../../../functions/infer/media-types.ts";

describe("what a client may send", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "application/octet-stream",
    "IMAGE/PNG",
    "image/svg+xml",
    "audio/wav",
    'text/csv; header="present, or not"',
  ])("%s", (type) => expect(isPassedOn(type)).toBe(true));

  test.each([
    "",
    "json",
    "application/x-npy",
    "application/jsonx",
    "multipart/form-data; boundary=x",
    "image/",
    "image/png, text/html",
    "image/png\r\nx-amz-target: y",
    "image/png; é=1",
    `image/png; q=${"x".repeat(200)}`,
  ])("not %j", (type) => expect(isPassedOn(type)).toBe(false));
});

describe("what a browser may be told", () => {
  test.each([
    "application/json",
    "text/plain; charset=utf-8",
    "image/png",
    "Audio/Mpeg",
    "video/mp4",
    "text/csv",
  ])("%s, as it is", (type) => expect(harmless(type)).toBe(type));

  test.each([
    "text/html",
    "TEXT/HTML; charset=utf-8",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "text/javascript",
    "application/pdf",
    "text/event-stream",
    "",
    "text/plain\r\nset-cookie: a=b",
    "text/plain, text/html",
    "text/plain;text/html",
  ])("not %j, which is bytes to it", (type) => expect(harmless(type)).toBe("application/octet-stream"));
});
