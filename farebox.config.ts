import { defineFarebox } from "./infra/config.ts";

export default defineFarebox({
  stage: "dev",
  regions: [
    "us-east-1", // home
    // "eu-west-1",
  ],
  // Where the images of chats may be fetched from; without it they are sent as data URLs.
  // imageHosts: ["images.example.com"],
  models: [
    {
      name: "tiny-chat",
      version: "1.0.0",
      task: "chat",
      description: "Recommends invented films, answers questions about them, and refunds orders. A demo.",
      artifact: "tiny-entertainment-chat",
      released: "2026-11-20",
      limits: { contextTokens: 512, outputTokens: 256, outputTokensDefault: 128, requestSeconds: 60 },
      price: { inputPerMillionTokens: "0.10", outputPerMillionTokens: "0.40" },
    },
    {
      name: "tiny-embed",
      version: "1.0.0",
      task: "embeddings",
      description: "Embeds short texts about films in 128 dimensions. A demo.",
      artifact: "tiny-entertainment-embed",
      released: "2026-11-20",
      limits: { contextTokens: 128 },
      price: { inputPerMillionTokens: "0.02" },
    },
    {
      name: "tiny-digits",
      version: "1.0.0",
      task: "image-classification",
      description: "Reads one handwritten digit from a 32 x 32 image. A demo.",
      artifact: "tiny-digits-cnn",
      released: "2026-11-20",
      price: { perImage: "0.0001" },
    },
    {
      name: "tiny-recommender",
      version: "1.0.0",
      task: "recommendation",
      description: "Ranks titles by how much they are like what a viewer liked. A demo.",
      artifact: "tiny-entertainment-embed",
      released: "2026-11-25",
      price: { perRequest: "0.00002" },
    },

    // The next version beside it: called as "tiny-chat@2.0.0" until the bare name moves there, then without `pinnedOnly`, which
    // goes to 1.0.0 together with `deprecated: { at: "2027-01-01", sunset: "2027-04-01", successor: "tiny-chat" }`.
    // {
    //   name: "tiny-chat", version: "2.0.0", pinnedOnly: true, task: "chat", description: "The next one.",
    //   artifact: "tiny-entertainment-chat", price: { inputPerMillionTokens: "0.10", outputPerMillionTokens: "0.40" },
    // },

    // A model on GPUs: any image with SageMaker's contract, here AWS's own vLLM container.
    // {
    //   name: "qwen3-8b", version: "1.0.0", task: "chat", description: "Qwen3 8B.",
    //   container: { image: "djl-inference:0.36.0-lmi28.0.0-cu130", environment: { HF_MODEL_ID: "Qwen/Qwen3-8B" } },
    //   instanceType: "ml.g6.2xlarge",
    //   price: {
    //     inputPerMillionTokens: "0.15",
    //     outputPerMillionTokens: "0.60",
    //     onAbort: "drain", // a client that hangs up pays the whole answer; or "waive", or "bill-delivered" by default
    //     // What a month's quantity changes is settled on the month's invoice: here from 100 million output tokens on.
    //     terms: [
    //       {
    //         shape: "graduated", // or "volume", "package", "free-allowance"
    //         kind: "outputTokens",
    //         tiers: [{ upTo: 100_000_000, perMillionTokens: "0.60" }, { perMillionTokens: "0.45" }],
    //       },
    //     ],
    //   },
    // },

    // Any other model in a container with SageMaker's contract: whatever it reads and answers, by POST /v1/models/scorer/predict.
    // {
    //   name: "scorer", version: "1.0.0", task: "prediction", description: "Scores ads for a viewer.",
    //   container: { image: "123456789012.dkr.ecr.{region}.amazonaws.com/scorer:1" },
    //   instanceType: "ml.c6i.large",
    //   price: { perRequest: "0.0002" },
    // },

    // A model on a server of your own that speaks OpenAI's API: Ollama, vLLM, LM Studio.
    // {
    //   name: "llama3.2", version: "1.0.0", task: "chat", description: "Llama 3.2 on this machine.",
    //   url: "http://localhost:11434/v1",
    //   price: { inputPerMillionTokens: "0.05", outputPerMillionTokens: "0.05" },
    // },

    // Speech, images, moderation and base models, behind such a server, each sold in its own units.
    // {
    //   name: "whisper", version: "1.0.0", task: "transcription", description: "Whisper large v3.",
    //   url: "http://localhost:8000/v1", urlModel: "openai/whisper-large-v3",
    //   limits: { audioSeconds: 1500 }, // of one recording; what may be longer is held at this
    //   price: { perAudioSecond: "0.0001" },
    // },
    // {
    //   name: "flux", version: "1.0.0", task: "image-generation", description: "FLUX.1 schnell.",
    //   url: "http://localhost:8001/v1",
    //   limits: { images: 4 },
    //   price: { perImage: "0.003" },
    // },
    // {
    //   name: "guard", version: "1.0.0", task: "moderation", description: "Judges content.",
    //   url: "http://localhost:8002/v1",
    //   price: { perRequest: "0.0001" }, // or perMillionCharacters, or inputPerMillionTokens
    // },
    // {
    //   name: "qwen3-8b-base", version: "1.0.0", task: "completion", description: "Continues texts.",
    //   url: "http://localhost:8003/v1", urlModel: "Qwen/Qwen3-8B-Base",
    //   price: { inputPerMillionTokens: "0.10", outputPerMillionTokens: "0.20" },
    // },

    // An ONNX checkpoint of Hugging Face, on CPUs.
    // {
    //   name: "smollm2", version: "1.0.0", task: "chat", description: "SmolLM2 135M.",
    //   huggingFace: "HuggingFaceTB/SmolLM2-135M-Instruct",
    //   price: { inputPerMillionTokens: "0.05", outputPerMillionTokens: "0.10" },
    // },
  ],
});
