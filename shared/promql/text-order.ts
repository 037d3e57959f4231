/** Orders texts by their UTF-8 bytes, as Go does. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    // Halves of a pair stand for characters above all that have one unit.
    if (left !== right) return Number(isHalf(left)) - Number(isHalf(right)) || left - right;
  }
  return a.length - b.length;
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
