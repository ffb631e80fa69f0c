import * as z from "zod";
import { quarterMs } from "../../core/billing/counters-key.ts";
import { type UsageQuery, usageGroups } from "../../core/billing/usage-query.ts";
import { usageIntervals } from "../../core/billing/usage-query-interval.ts";
import { type CustomerId, parseKeyId } from "../../core/identifiers.ts";
import { parseJsonObject } from "../../core/json.ts";
import { epochMs } from "../../core/time.ts";
import { parsedBy } from "../parsed-by.ts";
import { sha256 } from "../system.ts";

/** What a cursor goes on with: the query it came from, and the last row that was shown. */
export type CursorContent = Pick<UsageQuery, "from" | "until" | "by" | "groups"> &
  Required<Pick<UsageQuery, "after">>;

/** As parameters may say it: the start of a quarter of an hour, in this century. */
const instant = z.int().min(0).max(Date.UTC(2100, 0)).multipleOf(quarterMs).transform(epochMs);

const schema = z
  .object({
    from: instant,
    until: instant,
    by: z.enum(usageIntervals),
    groups: z.array(z.enum(usageGroups)),
    after: z.object({
      startsAt: instant,
      model: z.string().exactOptional(),
      key: parsedBy(parseKeyId).exactOptional(),
    }),
  })
  .refine(({ from, until, after }) => from <= after.startsAt && after.startsAt < until);

/**
 * Opaque text for one customer. It says only where to go on: whose usage is read is never taken from it, so it needs no
 * secret. The checksum over the customer's id makes a cursor that was cut, altered or taken from another customer an error
 * instead of a page of something else.
 */
export const writeCursor = (
  customer: CustomerId,
  { from, until, by, groups, after }: CursorContent,
): string => {
  const content = Buffer.from(JSON.stringify({ from, until, by, groups, after })).toString("base64url");
  return `${content}.${checksum(customer, content)}`;
};

/** `undefined` for text that is not a cursor of this customer. The checksum is no secret: what is in it may be invented. */
export const readCursor = (customer: CustomerId, cursor: string): CursorContent | undefined => {
  const [content = "", sum, ...rest] = cursor.split(".");
  if (rest.length > 0 || sum !== checksum(customer, content)) return undefined;
  const json = parseJsonObject(Buffer.from(content, "base64url").toString("utf8"));
  return schema.safeParse(json).data;
};

const checksum = (customer: CustomerId, content: string): string =>
  sha256(`usage cursor\n${customer}\n${content}`).slice(0, 32);
