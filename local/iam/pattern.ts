const compiled = new Map<string, RegExp>();

const compile = (pattern: string, flags: string): RegExp => {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  const expression = new RegExp(`^${source}$`, flags);
  compiled.set(key, expression);
  return expression;
};

/** IAM's wildcards: `*` is any text, `?` any one character. */
export const matchesPattern = (pattern: string, text: string): boolean => compile(pattern, "").test(text);

/** Action names are compared without regard to case. */
export const matchesAction = (pattern: string, action: string): boolean => compile(pattern, "i").test(action);

const arnParts = 6;

const splitArn = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(":")];
};

/** Wildcards of an ARN stay inside their part; an ARN that ends early means any value of the parts that are missing. */
export const matchesArn = (pattern: string, arn: string): boolean => {
  if (pattern === "*") return true;
  const given = pattern.split(":").length;
  const padded = given < arnParts ? `${pattern}${":*".repeat(arnParts - given)}` : pattern;
  const wanted = splitArn(padded);
  const actual = splitArn(arn);
  return wanted.every((part, index) => matchesPattern(part, actual[index] ?? ""));
};
