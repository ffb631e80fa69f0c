/** A path of the API and what it answers to. */
export type Routed = {
  /** As in the template: `/v1/models/{model}` or `/{proxy+}`. */
  readonly resourcePath: string;
  /** An HTTP verb, or `ANY`. */
  readonly method: string;
};

export type RouteMatch<Route extends Routed> = {
  readonly route: Route;
  /** Decoded; a greedy parameter keeps its slashes. */
  readonly pathParameters: Readonly<Record<string, string>>;
};

export type RouteTable<Route extends Routed> = {
  /**
   * The route of a request, or undefined: what API Gateway calls a missing authentication token.
   * @param path without the stage, still percent-encoded.
   */
  match(method: string, path: string): RouteMatch<Route> | undefined;
};

type PathNode<Route> = { readonly segments: readonly string[]; readonly methods: Map<string, Route> };

/**
 * Routes as API Gateway does: the most specific path wins first (literal, then `{parameter}`, then `{proxy+}`,
 * from left to right), and only then its method is looked up. So a path that exists without the method is not
 * rescued by a greedy sibling.
 */
export function createRouteTable<Route extends Routed>(routes: readonly Route[]): RouteTable<Route> {
  const nodes = new Map<string, PathNode<Route>>();
  for (const route of routes) {
    const node = nodes.get(route.resourcePath) ?? {
      segments: splitPath(route.resourcePath),
      methods: new Map<string, Route>(),
    };
    node.methods.set(route.method, route);
    nodes.set(route.resourcePath, node);
  }
  const mostSpecificFirst = [...nodes.values()].sort((a, b) => compareSpecificity(a.segments, b.segments));

  return {
    match(method, path) {
      const actual = splitPath(path);
      for (const node of mostSpecificFirst) {
        const pathParameters = matchSegments(node.segments, actual);
        if (pathParameters === undefined) continue;
        const route = node.methods.get(method) ?? node.methods.get("ANY");
        return route === undefined ? undefined : { route, pathParameters };
      }
      return undefined;
    },
  };
}

function splitPath(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function matchSegments(
  pattern: readonly string[],
  actual: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = actual[index];
    if (segment === undefined) return undefined;
    if (isGreedy(expected)) {
      parameters[expected.slice(1, -2)] = actual.slice(index).map(decodeSegment).join("/");
      return parameters;
    }
    if (isParameter(expected)) parameters[expected.slice(1, -1)] = decodeSegment(segment);
    else if (decodeSegment(segment) !== expected) return undefined;
  }
  return actual.length === pattern.length ? parameters : undefined;
}

/** A stray `%` is kept as it is: the function decides what a malformed identifier means. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function compareSpecificity(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = rank(a[index]) - rank(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (isGreedy(segment)) return 2;
  return isParameter(segment) ? 1 : 0;
}

const isGreedy = (segment: string): boolean => segment.startsWith("{") && segment.endsWith("+}");
const isParameter = (segment: string): boolean => segment.startsWith("{") && segment.endsWith("}");
