import * as z from "zod";
import { epochMs } from "../core/time.ts";

/** EventBridge's event of a schedule. Its time decides what is due, so that a repeated delivery decides the same. */
export const scheduleEventSchema = z.object({
  time: z.iso.datetime().transform((text) => epochMs(Date.parse(text))),
});

/** What Lambda tells of an invocation. */
export type Context = { readonly getRemainingTimeInMillis: () => number };
