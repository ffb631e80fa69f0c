import type { Engine } from "../engine/engine.ts";
import { fail, refuse, type Answer } from "../http/answer.ts";
import { sendJson } from "../http/send-json.ts";
import { parseImageRequest } from "./image-request.ts";

/** POST /invocations of an image classifier: its most likely labels. One image is one unit of usage. */
export const answerImage =
  (engine: Engine<"image-classification">, modelName: string): Answer =>
  async ({ body, contentType, response, signal }) => {
    const parsed = parseImageRequest(body, contentType);
    if (!parsed.ok) return refuse(response, parsed.problem);
    for await (const event of engine.run(parsed.value, signal)) {
      if (event.type === "refused") return refuse(response, event.problem);
      if (event.type === "failed") return fail(response);
      sendJson(response, 200, { model: modelName, predictions: event.predictions, usage: { images: 1 } });
      return { outcome: "completed" };
    }
    return { outcome: "aborted" };
  };
