import type { KeyRecord } from "../../core/access/key-record.ts";
import type { KeyId } from "../../core/identifiers.ts";
import type { KeyRecords } from "../../functions/adapters/dynamodb/key-records.ts";

export const memoryKeyRecords = (): KeyRecords => {
  const records = new Map<KeyId, KeyRecord>();
  return {
    async find(id) {
      return records.get(id);
    },
    async put(record) {
      records.set(record.id, record);
    },
  };
};
