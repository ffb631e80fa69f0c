/**
 * A version's endpoint has the same name in every region, known before anything is deployed, and never serves another
 * version. SageMaker takes no dots, so they become dashes, and at most 63 characters: the configuration keeps stages, names
 * and versions short enough.
 */
export const endpointName = (
  stage: string,
  { name, version }: { readonly name: string; readonly version: string },
): string => `farebox-${stage}-${name}-${version}`.replaceAll(".", "-");
