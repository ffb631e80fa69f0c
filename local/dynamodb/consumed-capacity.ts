import { isObject, type JsonObject } from "../json-value.ts";

/** The request with the question what it costs, unless it asks already. */
export const askingForCapacity = (body: JsonObject): JsonObject =>
  body["ReturnConsumedCapacity"] === undefined || body["ReturnConsumedCapacity"] === "NONE"
    ? { ...body, ReturnConsumedCapacity: "TOTAL" }
    : body;

/** Capacity units of an answer, over all its tables. */
export const consumedUnits = (answer: JsonObject): number =>
  [answer["ConsumedCapacity"]]
    .flat()
    .map((entry) => (isObject(entry) ? entry["CapacityUnits"] : 0))
    .reduce((sum: number, units) => sum + (typeof units === "number" ? units : 0), 0);

export const withoutCapacity = ({ ConsumedCapacity: _removed, ...answer }: JsonObject): JsonObject => answer;

/** Operations that read or write items; describing a table is free. */
export const consumesCapacity = (operation: string): boolean =>
  /^(Get|Put|Update|Delete|BatchGet|BatchWrite)Item$|^TransactGetItems$|^TransactWriteItems$|^Query$|^Scan$/.test(
    operation,
  );
