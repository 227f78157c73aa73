type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined properties: what the file does not say is absent from the model. */
export function defined<T extends object>(value: T): Defined<T> {
  // A loop, and no list of pairs in between: this runs for each declaration of a file.
  const result: Record<string, unknown> = {};
  const properties = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(properties)) if (properties[key] !== undefined) result[key] = properties[key];
  return result as Defined<T>;
}
