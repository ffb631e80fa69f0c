import * as z from "zod";
import type { Route } from "../route.ts";
import { healthShape } from "../shapes.ts";

const place = { region: "us-east-1", stage: "dev" };

export const serviceRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/openapi.json",
    id: "getOpenApi",
    group: "Service",
    summary: "This description, as OpenAPI 3.1",
    isOpen: true,
    parameters: [
      {
        in: "header",
        name: "If-None-Match",
        description: "The `ETag` of what is there already.",
        schema: z.string().optional(),
      },
    ],
    answers: [
      {
        status: 200,
        description: "The description.",
        headers: ["etag"],
        content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } },
      },
      { status: 304, description: "It has not changed.", headers: ["etag"] },
    ],
    refusals: [],
  },
  {
    method: "get",
    path: "/health",
    id: "getHealth",
    group: "Service",
    summary: "Tell whether this region can serve",
    isOpen: true,
    answers: [
      {
        status: 200,
        description: "It can.",
        content: { "application/json": { schema: healthShape, example: { status: "ok", ...place } } },
      },
      {
        status: 503,
        description: "It cannot.",
        content: {
          "application/json": { schema: healthShape, example: { status: "unavailable", ...place } },
        },
      },
    ],
    refusals: [],
  },
];
