/** A variable that the deployment must set; a missing one stops the function at its start, by name. */
export const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
};
