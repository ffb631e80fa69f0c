/** OpenAI's token counts, from the model's own tokenizer. */
export const chatUsage = (promptTokens: number, completionTokens: number) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

export type ChatUsage = ReturnType<typeof chatUsage>;
