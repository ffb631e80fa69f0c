declare const brand: unique symbol;

/** A type of its own over `Base`: only the parser or constructor next to the type casts to it. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
