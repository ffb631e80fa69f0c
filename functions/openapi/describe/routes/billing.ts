import * as z from "zod";
import { usageIntervals } from "../../../../core/billing/usage-query-interval.ts";
import type { Route } from "../route.ts";
import { anyBytes, balanceShape, invoiceListShape, invoiceShape, usageShape } from "../shapes.ts";

const cursor = {
  in: "query",
  name: "cursor",
  description: "The `next_cursor` of the page before.",
  schema: z.string().optional(),
} as const;

export const billingRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/balance",
    id: "getBalance",
    group: "Billing",
    summary: "Show what is left of the wallet",
    description: "The last request included. Needs the scope `billing:read`.",
    answers: [
      {
        status: 200,
        description: "The balance.",
        content: {
          "application/json": {
            schema: balanceShape,
            example: {
              object: "balance",
              currency: "USD",
              credited: "5",
              spent: "0.0000137",
              remaining: "4.9999863",
              held: "0",
            },
          },
        },
      },
    ],
    refusals: ["scope_missing"],
  },
  {
    method: "get",
    path: "/v1/usage",
    id: "getUsage",
    group: "Billing",
    summary: "Show what was used and what it cost",
    description: "By hour or day, model and key; seconds fresh. Needs the scope `usage:read`.",
    parameters: [
      {
        in: "query",
        name: "from",
        description:
          "A day of the customer's time zone, or an instant that begins a quarter of an hour. Default: the month's start.",
        schema: z.string().optional(),
      },
      {
        in: "query",
        name: "to",
        description: "The end, exclusive. Default: now.",
        schema: z.string().optional(),
      },
      {
        in: "query",
        name: "by",
        description: "At most 31 days by hour, 93 by day.",
        schema: z.enum(usageIntervals).default("day"),
        example: "day",
      },
      {
        in: "query",
        name: "group",
        description: "`model`, `key`, both with a comma between them, or empty.",
        schema: z.string().default("model"),
        example: "model,key",
      },
      {
        in: "query",
        name: "limit",
        description: "Rows of a page.",
        schema: z.int().min(1).max(1000).default(100),
      },
      cursor,
    ],
    answers: [
      {
        status: 200,
        description: "A page of usage.",
        content: {
          "application/json": {
            schema: usageShape,
            example: {
              object: "list",
              time_zone: "UTC",
              from: "2026-11-01T00:00:00+00:00",
              to: "2026-11-25T20:30:00+00:00",
              by: "day",
              group: ["model"],
              has_more: false,
              next_cursor: null,
              data: [
                {
                  object: "usage",
                  start: "2026-11-25T00:00:00+00:00",
                  end: "2026-11-25T20:30:00+00:00",
                  model: "tiny-chat",
                  requests: 1,
                  completed: 1,
                  aborted: 0,
                  failed: 0,
                  waived: 0,
                  usage: { input_tokens: 13, output_tokens: 31, requests: 1 },
                  cost: 0.0000137,
                },
              ],
            },
          },
        },
      },
    ],
    refusals: ["invalid_request", "scope_missing"],
  },
  {
    method: "get",
    path: "/v1/invoices",
    id: "listInvoices",
    group: "Billing",
    summary: "List the invoices of closed months",
    description: "The latest month first. Needs the scope `billing:read`.",
    parameters: [
      {
        in: "query",
        name: "limit",
        description: "Invoices of a page.",
        schema: z.int().min(1).max(100).default(24),
      },
      cursor,
    ],
    answers: [
      {
        status: 200,
        description: "A page of invoices, without their lines.",
        content: {
          "application/json": {
            schema: invoiceListShape,
            example: { object: "list", has_more: false, next_cursor: null, data: [] },
          },
        },
      },
    ],
    refusals: ["invalid_request", "scope_missing"],
  },
  {
    method: "get",
    path: "/v1/invoices/{id}",
    id: "getInvoice",
    group: "Billing",
    summary: "Download an invoice",
    description:
      "As JSON, or with `.csv` or `.pdf` after its id, or as `Accept` says. Needs the scope `billing:read`.",
    parameters: [
      {
        in: "path",
        name: "id",
        description: "An invoice's id, with an ending or without.",
        schema: z.string(),
        example: "$INVOICE_ID",
      },
    ],
    answers: [
      {
        status: 200,
        description: "The invoice.",
        headers: ["content-disposition"],
        content: {
          "application/json": { schema: invoiceShape },
          "text/csv": { schema: z.string() },
          "application/pdf": { schema: anyBytes },
        },
      },
    ],
    refusals: ["scope_missing", "invoice_not_found"],
  },
];
