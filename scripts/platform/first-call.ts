import type { Balance } from "../../core/admission/balance.ts";
import { showDollars } from "./show-dollars.ts";
import type { CustomerId } from "../../core/identifiers.ts";
import type { Platform } from "./start-platform.ts";

const prompt = "recommend me a fantasy movie";

/** What to do next, ready to be pasted. */
export const firstCall = (
  { farebox, baseUrl }: Platform,
  apiKey: string,
  { customer, balance }: { readonly customer: CustomerId; readonly balance: Balance },
  readyMs: number,
): string => {
  const chat = farebox.models.find(({ task }) => task === "chat");
  const models = farebox.models.map(({ name, task }) => `${name} (${task})`).join(", ");
  return `
Farebox runs: stage ${farebox.stage} in ${farebox.regions.join(", ")}, ready after ${(readyMs / 1000).toFixed(1)} s.

  Base URL   ${baseUrl}
  API key    ${apiKey}
  Balance    ${showDollars(balance.remaining)}
  Models     ${models}
${chat ? examples(chat.name, baseUrl, apiKey) : ""}
Do the books balance? To the picodollar:

  npm run audit -- --customer ${customer}

ctrl-C stops it. Requests are logged below; npm start -- --help shows the options.
`;
};

const examples = (model: string, baseUrl: string, apiKey: string): string => `
Try it:

  curl ${baseUrl}/chat/completions \\
    -H "Authorization: Bearer ${apiKey}" \\
    -H "Content-Type: application/json" \\
    -d '{"model": "${model}", "messages": [{"role": "user", "content": "${prompt}"}]}'

Or with the openai package:

  import OpenAI from "openai";

  const client = new OpenAI({
    baseURL: "${baseUrl}",
    apiKey: "${apiKey}",
  });
  const stream = await client.chat.completions.create({
    model: "${model}",
    messages: [{ role: "user", content: "${prompt}" }],
    stream: true,
  });
  for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
`;
