const FIRST_MS = 300;
const BASE_MS = 1_000;
const MOST_MS = 8_000;

/**
 * How long to wait before trying to connect again, in ms. The first try is quick; later ones double up to
 * 8 s, each somewhere between half and all of that, so that many pages don't come back in the same moment.
 *
 * @param failed how many tries have failed since the line last held
 * @param random between 0 and 1
 */
export function pauseBefore(failed: number, random: number): number {
  if (failed <= 0) return FIRST_MS * random;
  const most = Math.min(MOST_MS, BASE_MS * 2 ** (failed - 1));
  return most * (0.5 + random / 2);
}
