import * as fc from "fast-check";

/** Any character of Unicode, halves of surrogate pairs too. fast-check's own `binary` unit builds a table of them all: 4 s. */
const anyCharacter = fc.integer({ min: 0, max: 0x10_ffff }).map((code) => String.fromCodePoint(code));

/** Text of any characters, one in two from ASCII. Lengths are counted in characters. */
export const anyText = (lengths: { readonly minLength?: number; readonly maxLength?: number } = {}) =>
  fc.string({ unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), anyCharacter), ...lengths });
