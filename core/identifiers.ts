import { assert } from "./assert.ts";
import type { Brand } from "./brand.ts";
import { type EpochMs, epochMs } from "./time.ts";

/**
 * Ids are a prefix and a ULID: 48 bits of milliseconds, 80 bits of randomness, Crockford's base 32.
 * Sorting them sorts by time of creation.
 */
export type CustomerId = Brand<string, "cus">;
export type ProjectId = Brand<string, "prj">;
export type KeyId = Brand<string, "key">;
export type LeaseId = Brand<string, "lse">;
/** Carries its lease's id, so that a usage event is found by its request id alone. */
export type RequestId = Brand<string, "req">;
export type PriceId = Brand<string, "prc">;
export type FileId = Brand<string, "file">;
export type BatchId = Brand<string, "batch">;

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ulidPattern = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const ulidLength = 26;
/** Of a ULID: the digits that say when it was made. */
const timeLength = 10;
const randomByteCount = 10;

/** Randomness, given by the shell: exactly `count` bytes from a cryptographic source. */
export type RandomBytes = (count: number) => Uint8Array;

const encode = (value: bigint, length: number): string => {
  let rest = value;
  let text = "";
  for (let digit = 0; digit < length; digit++) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
};

/** A new ULID, 26 characters. */
export const newUlid = (now: EpochMs, randomBytes: RandomBytes): string => {
  const random = randomBytes(randomByteCount);
  assert(
    random.length === randomByteCount,
    `a ULID takes ${randomByteCount} random bytes, not ${random.length}`,
  );
  const randomness = random.reduce<bigint>((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
  return encode(BigInt(now), timeLength) + encode(randomness, 16);
};

/** The ULID before all others of its millisecond. */
export const firstUlid = (instant: EpochMs): string => encode(BigInt(instant), 10) + encode(0n, 16);

/** Reads an id of one prefix; `undefined` for any other text. */
const parser = <Prefix extends string>(prefix: Prefix) => {
  const pattern = new RegExp(`^${prefix}_${ulidPattern}$`);
  return (text: string): Brand<string, Prefix> | undefined =>
    pattern.test(text) ? (text as Brand<string, Prefix>) : undefined;
};

export const parseCustomerId = parser("cus");
export const parseProjectId = parser("prj");
export const parseKeyId = parser("key");
export const parseLeaseId = parser("lse");
export const parsePriceId = parser("prc");
export const parseFileId = parser("file");
export const parseBatchId = parser("batch");

const create = <Prefix extends string>(prefix: Prefix) => {
  const parse = parser(prefix);
  return (ulid: string): Brand<string, Prefix> => {
    const id = parse(`${prefix}_${ulid}`);
    assert(id !== undefined, `${ulid} is not a ULID`);
    return id;
  };
};

export const customerId = create("cus");
export const keyId = create("key");
export const leaseId = create("lse");
export const priceId = create("prc");
export const fileId = create("file");
export const batchId = create("batch");

const requestPattern = new RegExp(`^req_${ulidPattern}${ulidPattern}$`);

export const parseRequestId = (text: string): RequestId | undefined =>
  requestPattern.test(text) ? (text as RequestId) : undefined;

/** A request admitted under `lease`; `ulid` tells it from the lease's others. */
export const requestId = (lease: LeaseId, ulid: string): RequestId => {
  const id = parseRequestId(`req_${ulidOf(lease)}${ulid}`);
  assert(id !== undefined, `${lease} and ${ulid} do not make a request id`);
  return id;
};

/** The lease that a request was admitted under. */
export const leaseOf = (request: RequestId): LeaseId =>
  leaseId(request.slice("req_".length, "req_".length + ulidLength));

/** When a lease was opened, by the clock of the process that opened it. */
export const openedAt = (lease: LeaseId): EpochMs =>
  epochMs(
    Array.from(ulidOf(lease).slice(0, timeLength)).reduce(
      (time, digit) => time * 32 + alphabet.indexOf(digit),
      0,
    ),
  );

/** An id without its prefix. */
export const ulidOf = (id: CustomerId | ProjectId | KeyId | LeaseId | PriceId): string =>
  id.slice(-ulidLength);
