import * as z from "zod";
import { picodollars } from "../../../core/money.ts";
import { epochMs } from "../../../core/time.ts";

/** A count that fits a double exactly. */
export const count = z
  .bigint()
  .nonnegative()
  .max(BigInt(Number.MAX_SAFE_INTEGER))
  .transform((value) => Number(value));

export const instant = count.transform(epochMs);

export const money = z.bigint().transform(picodollars);
