/**
 * A model's endpoint has the same name in every region, known before anything is deployed. SageMaker takes no dots,
 * so they become dashes, and at most 63 characters: the configuration keeps stages and names short enough.
 */
export const endpointName = (stage: string, model: string): string =>
  `farebox-${stage}-${model.replaceAll(".", "-")}`;
