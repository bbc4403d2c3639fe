/** GitHub writes times in UTC to the second: `2026-01-31T23:59:59Z`. */
export function isoTime(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 19) + 'Z';
}
