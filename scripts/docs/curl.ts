import type { Route } from "../../functions/openapi/describe/route.ts";

/** A command that calls a route with its examples, given $FAREBOX_URL (up to `/v1`) and $FAREBOX_API_KEY. */
export const curlOf = (route: Route): string => {
  if (route.curl !== undefined) return route.curl;
  const json = route.request?.["application/json"]?.example;
  return [
    `curl ${route.method === "delete" ? "-X DELETE " : ""}"${urlOf(route)}"`,
    ...(route.isOpen ? [] : ['-H "Authorization: Bearer $FAREBOX_API_KEY"']),
    ...(json === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(json)}'`]),
  ].join(" \\\n  ");
};

const urlOf = ({ path, parameters = [] }: Route): string => {
  const exampleOf = (name: string): string =>
    parameters.find((parameter) => parameter.name === name)?.example ?? "";
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.example !== undefined)
    .map(({ name, example }) => `${name}=${example}`)
    .join("&");
  const base = path.startsWith("/v1") ? "$FAREBOX_URL" : "${FAREBOX_URL%/v1}";
  const below = path.replace(/^\/v1/, "").replaceAll(/\{(\w+)\}/g, (_, name: string) => exampleOf(name));
  return `${base}${below}${query && `?${query}`}`;
};
