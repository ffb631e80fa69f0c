import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { plantTree, tool } from "./planted-tree.ts";

const useOf = (name: string) => `import { planted } from "${name}";\n\nexport const used = planted;\n`;

/** One violation per rule: where it is planted, its text, and the rule that must refuse it. */
const violations = [
  ["core imports Node", "core", useOf("node:fs"), "no-restricted-imports"],
  ["core imports a package", "core", useOf("zod"), "no-restricted-imports"],
  ["core imports functions", "core", useOf("../functions/contract.ts"), "no-restricted-imports"],
  [
    "core imports infra from a folder below",
    "core/access",
    useOf("../../infra/app.ts"),
    "no-restricted-imports",
  ],
  ["core reads the clock", "core", "export const now = (): number => Date.now();\n", "no-restricted-globals"],
  [
    "core reads the environment",
    "core",
    "export const env = (): unknown => process.env;\n",
    "no-restricted-globals",
  ],
  [
    "core calls the network",
    "core",
    'export const get = (): unknown => fetch("/");\n',
    "no-restricted-globals",
  ],
  [
    "core sets a timer",
    "core",
    "export const wait = (f: () => void): unknown => setTimeout(f, 1);\n",
    "no-restricted-globals",
  ],
  [
    "core repeats by timer",
    "core",
    "export const tick = (f: () => void): unknown => setInterval(f, 1);\n",
    "no-restricted-globals",
  ],
  [
    "core measures time",
    "core",
    "export const now = (): number => performance.now();\n",
    "no-restricted-globals",
  ],
  [
    "core makes secrets",
    "core",
    "export const id = (): string => crypto.randomUUID();\n",
    "no-restricted-globals",
  ],
  [
    "core throws dice",
    "core",
    "export const dice = (): number => Math.random();\n",
    "no-restricted-properties",
  ],
  ["functions import infra", "functions", useOf("../infra/app.ts"), "no-restricted-imports"],
  ["functions import local", "functions/infer", useOf("../../local/front-door.ts"), "no-restricted-imports"],
  ["functions import the CDK", "functions", useOf("aws-cdk-lib"), "no-restricted-imports"],
  [
    "functions import a construct of the CDK",
    "functions",
    useOf("aws-cdk-lib/aws-lambda"),
    "no-restricted-imports",
  ],
  ["infra imports a function", "infra", useOf("../functions/environment.ts"), "no-restricted-imports"],
  [
    "infra imports a handler",
    "infra/stacks",
    useOf("../../functions/infer/handler.ts"),
    "no-restricted-imports",
  ],
  ["infra imports local", "infra", useOf("../local/front-door.ts"), "no-restricted-imports"],
  ["local imports core", "local", useOf("../core/money.ts"), "no-restricted-imports"],
  [
    "local imports functions, its contract included",
    "local/s3",
    useOf("../../functions/contract.ts"),
    "no-restricted-imports",
  ],
  ["local imports infra", "local", useOf("../infra/app.ts"), "no-restricted-imports"],
  ["any", "functions", "export const anything = (value: any): string => String(value);\n", "no-explicit-any"],
  ["a default export", "functions", "const planted = 1;\nexport default planted;\n", "no-default-export"],
  [
    "a non-null assertion",
    "functions",
    "export const first = (list: string[]): string => list[0]!;\n",
    "no-non-null-assertion",
  ],
  [
    "a promise that nobody awaits",
    "functions",
    "export const start = (): void => {\n  Promise.resolve();\n};\n",
    "no-floating-promises",
  ],
  [
    "a swallowed error",
    "functions",
    "export const quiet = (action: () => void): void => {\n  try {\n    action();\n  } catch {}\n};\n",
    "no-empty",
  ],
  ["console in a function", "functions", 'export const say = (): void => console.log("x");\n', "no-console"],
] as const;

const clean = {
  "core/planted.ts": "export const planted = 1;\n",
  "core/clean.ts": useOf("./planted.ts"),
  "core/access/clean.ts": useOf("../planted.ts"),
  "functions/clean.ts": `import { createHash } from "node:crypto";\n${useOf("../core/planted.ts")}export const hash = createHash;\n`,
  "infra/clean.ts": `import { tableKeys } from "../functions/contract.ts";\n${useOf("../core/planted.ts")}export const keys = tableKeys;\n`,
  "local/clean.ts": 'import { createServer } from "node:http";\n\nexport const serve = createServer;\n',
};

const fileOf = (index: number): string => `${violations[index]?.[1]}/violation-${index}.ts`;

const planted = plantTree({
  ...clean,
  ...Object.fromEntries(violations.map(([, , text], index) => [fileOf(index), text])),
});
afterAll(() => planted.remove());

const reportSchema = z.object({
  number_of_files: z.number(),
  diagnostics: z.array(z.object({ filename: z.string(), code: z.string(), severity: z.string() })),
});

const { stdout, status } = spawnSync(tool("oxlint"), ["--type-aware", "--format", "json", "."], {
  cwd: planted.folder,
  encoding: "utf8",
});
const report = reportSchema.parse(JSON.parse(stdout));
const codesIn = (file: string): readonly string[] =>
  report.diagnostics
    .filter(({ filename, severity }) => filename === file && severity === "error")
    .map(({ code }) => code);

describe("the linter", () => {
  test("looked at every planted file: a guard that looks at none would pass", () =>
    expect(report.number_of_files).toBeGreaterThanOrEqual(violations.length + Object.keys(clean).length));

  test("fails when there is a violation", () => expect(status).not.toBe(0));

  test.each(violations.map(([name, , , rule], index) => ({ name, rule, file: fileOf(index) })))(
    "refuses: $name",
    ({ rule, file }) => expect(codesIn(file).join()).toContain(`(${rule})`),
  );

  test.each(Object.keys(clean))("has nothing against %s", (file) => expect(codesIn(file)).toEqual([]));
});

describe("core's compiler", () => {
  // Some of these the linter refuses as well; the compiler is what a disabling comment cannot talk to.
  const globals = [
    "process.env",
    'fetch("/")',
    "setTimeout(() => 1, 1)",
    "crypto.randomUUID()",
    "performance.now()",
    "console.log(1)",
    "document.title",
    "Buffer.alloc(1)",
    'require("fs")',
  ];
  const imports = ["node:fs", "node:crypto", "fs"];

  const compile = (files: Readonly<Record<string, string>>) => {
    const tree = plantTree(files);
    try {
      const run = spawnSync(tool("tsc"), ["-p", "core", "--listFiles"], {
        cwd: tree.folder,
        encoding: "utf8",
      });
      return { output: run.stdout, status: run.status };
    } finally {
      tree.remove();
    }
  };

  test("knows no clock, network, timer or environment, and no module of Node", () => {
    const lines = [
      ...imports.map((name, index) => [
        `import-${index}`,
        `import * as planted from "${name}";\nexport const used = planted;\n`,
      ]),
      ...globals.map((expression, index) => [
        `global-${index}`,
        `export const used: unknown = ${expression};\n`,
      ]),
    ];
    const { output, status } = compile(
      Object.fromEntries(lines.map(([name, text]) => [`core/${name}.ts`, String(text)])),
    );
    expect(status).not.toBe(0);
    const accepted = lines.filter(
      ([name]) => !new RegExp(`core/${name}\\.ts\\(\\d+,\\d+\\): error TS\\d+: Cannot find `).test(output),
    );
    expect(accepted).toEqual([]);
  });

  test("accepts a clean file, having looked at it", () => {
    const { output, status } = compile({
      "core/clean.ts": "export const bytes = new TextEncoder().encode('x');\n",
    });
    expect(output).toContain("core/clean.ts");
    expect(output).not.toContain("error TS");
    expect(status).toBe(0);
  });
});
