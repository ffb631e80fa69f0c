import * as z from "zod";
import { accounts } from "../../../core/billing/ledger/account.ts";
import { grantKinds, parseGrantId } from "../../../core/billing/ledger/grant.ts";
import { parseTransferId, transferCauses } from "../../../core/billing/ledger/transfer-id.ts";
import { parseCustomerId } from "../../../core/identifiers.ts";
import { parsedBy } from "../../parsed-by.ts";
import { count, instant, money } from "./schemas.ts";

const grant = parsedBy(parseGrantId);

export const transferSchema = z.object({
  id: parsedBy(parseTransferId),
  customer: parsedBy(parseCustomerId),
  cause: z.enum(transferCauses),
  at: instant,
  postings: z.array(z.object({ account: z.enum(accounts), amount: money })),
  draws: z.array(z.object({ grant, amount: money })),
  earned: z.object({ cell: z.string(), through: money }).exactOptional(),
});

export const bookSchema = z.object({
  customer: parsedBy(parseCustomerId),
  version: count,
  balances: z.record(z.enum(accounts), money),
  grants: z.array(
    z.object({
      id: grant,
      kind: z.enum(grantKinds),
      amount: money,
      remaining: money,
      priority: count,
      expiresAt: instant.exactOptional(),
      createdAt: instant,
    }),
  ),
  posted: z.record(z.string(), money),
});
