/**
 * Writes an answer of the AWS JSON protocols: times as epoch seconds, bytes as base64, a `Map` as an object.
 */
export function encodeJson(output: object): string {
  return JSON.stringify(
    output,
    function (this: Readonly<Record<string, unknown>>, name: string, value: unknown) {
      // JSON.stringify has already called Date.toJSON for `value`; the original is on the holder.
      const original = this[name];
      if (original instanceof Date) return original.getTime() / 1000;
      if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
      if (original instanceof Map) return Object.fromEntries<unknown>(original);
      return value;
    },
  );
}
