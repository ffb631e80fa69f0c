/** Families whose instances keep their data on local NVMe disks; a `d` after the generation (`c6id`) says so as well. */
const familiesWithLocalDisk = /^(?:g4dn|g5|g6|g6e|g7e|gr6|p4d|p4de|p5|p5e|p5en|p6|p6e|i\d|trn\d)/;

/**
 * Whether SageMaker refuses a KMS key for the instance's volume: local disks encrypt themselves. Neither CloudFormation
 * nor the CDK tells; the deployment fails minutes later.
 */
export const hasLocalDisk = (instanceType: string): boolean => {
  const family = instanceType.split(".")[1] ?? "";
  return familiesWithLocalDisk.test(family) || /^[a-z]+\d+[a-z]*d/.test(family);
};
