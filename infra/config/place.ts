import { RegionInfo } from "aws-cdk-lib/region-info";
import { z } from "zod";
import { isHostName } from "../../core/inference/remote-images/image-url.ts";

const regionNames = new Set(RegionInfo.regions.map(({ name }) => name));

const region = z
  .string()
  .refine((name) => regionNames.has(name), { error: 'is not an AWS region; write one like "us-east-1"' });

/** Where the platform runs; at least one, and each once. */
export const regionsSchema = z
  .tuple([region], region)
  .refine((regions) => new Set(regions).size === regions.length, { error: "has a region twice" });

const origin = z
  .string()
  .refine((text) => text === "*" || (URL.canParse(text) && new URL(text).origin === text), {
    error: 'is not an origin; write one like "https://app.example.com", without a path, or "*"',
  });

/** Which web pages may call the API from a browser. The API reads no cookies, so that any may is no danger. */
export const allowedOriginsSchema = z
  .array(origin)
  .min(1, { error: 'is empty; write ["*"], or leave it out' })
  .refine((origins) => origins.length === 1 || !origins.includes("*"), {
    error: 'has "*" beside others; any origin is "*" alone',
  })
  .default(["*"]);

const host = z.string().refine(isHostName, {
  error: 'is not a host; write a name like "images.example.com", in lower case, without scheme, port or path',
});

/** Exactly these hosts, not those below them. */
export const imageHostsSchema = z.array(host).default([]);
