import type { PolicyDocument, PolicyStatement } from "../aws-service.ts";
import { listAt, objectAt, textAt, type JsonObject } from "../json-value.ts";
import { isModelledKey } from "./condition-context.ts";
import { parseOperator } from "./condition.ts";

const statementKeys = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
] as const;

const texts = (value: unknown, where: string): readonly string[] =>
  (Array.isArray(value) ? listAt(value, where) : [value]).map((entry) => textAt(entry, where));

const parseConditions = (value: unknown, where: string): NonNullable<PolicyStatement["Condition"]> => {
  const conditions = objectAt(value, where);
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => {
      parseOperator(operator);
      const wanted = objectAt(keys, where);
      for (const key of Object.keys(wanted))
        if (!isModelledKey(key))
          throw new Error(`${where}: IAM condition key ${key} is not modelled locally`);
      return [operator, wanted];
    }),
  );
};

const parsePrincipal = (value: unknown, where: string): NonNullable<PolicyStatement["Principal"]> => {
  if (value === "*") return "*";
  return Object.fromEntries(
    Object.entries(objectAt(value, where)).map(([kind, who]) => [kind, texts(who, where)]),
  );
};

const parseStatement = (statement: JsonObject, where: string): PolicyStatement => {
  const unknown = Object.keys(statement).filter((key) => !statementKeys.some((known) => known === key));
  if (unknown.length > 0)
    throw new Error(`${where}: ${unknown.join(", ")} in a policy is not modelled locally`);
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`${where}: a statement must allow or deny`);
  const { Principal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if ((Action === undefined) === (NotAction === undefined))
    throw new Error(`${where}: a statement has either Action or NotAction`);
  return {
    Effect: effect,
    ...(Principal === undefined ? {} : { Principal: parsePrincipal(Principal, where) }),
    ...(Action === undefined ? {} : { Action: texts(Action, where) }),
    ...(NotAction === undefined ? {} : { NotAction: texts(NotAction, where) }),
    ...(Resource === undefined ? {} : { Resource: texts(Resource, where) }),
    ...(NotResource === undefined ? {} : { NotResource: texts(NotResource, where) }),
    ...(Condition === undefined ? {} : { Condition: parseConditions(Condition, where) }),
  };
};

/** Reads a policy document; refuses statements, operators and condition keys that the evaluator does not know. */
export const parsePolicy = (document: unknown, where: string): PolicyDocument => {
  const statements = objectAt(document, where)["Statement"];
  const list = Array.isArray(statements) ? listAt(statements, where) : [statements];
  return { Statement: list.map((statement) => parseStatement(objectAt(statement, where), where)) };
};
