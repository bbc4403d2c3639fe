// Numbers, durations and days for people, the same in every browser.

export const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const NOTHING = '–';

/** "1,234". */
export const formatNumber = (number) => (number === null ? NOTHING
  : String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ','));

/** "35 min", "3.2 h", "4.5 days", "120 days". */
export function formatDuration(seconds) {
  if (seconds === null) return NOTHING;
  if (seconds < HOUR) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${(seconds / HOUR).toFixed(1)} h`;
  const days = seconds / DAY;
  return `${days < 100 ? days.toFixed(1) : formatNumber(Math.round(days))} days`;
}

/** The number and the unit that a round duration is said in. */
function roundParts(seconds) {
  const [size, unit] = seconds >= 365 * DAY ? [365 * DAY, 'year'] : seconds >= 7 * DAY ? [7 * DAY, 'week']
    : seconds >= DAY ? [DAY, 'day'] : seconds >= HOUR ? [HOUR, 'h'] : [MINUTE, 'min'];
  const number = Math.round(seconds / size);
  return { number, unit, text: `${number} ${unit}${number === 1 || size <= HOUR ? '' : 's'}` };
}

/** A round duration, for an axis: "4 h", "1 week". */
export const formatTick = (seconds) => roundParts(seconds).text;

/** Names of the classes between bounds: "under 1 h", "1 to 4 h", "12 h to 1 day", "8 weeks or more". */
export const classNames = (bounds) => [...bounds, null].map((bound, i) => {
  if (i === 0) return `under ${formatTick(bound)}`;
  const from = roundParts(bounds[i - 1]);
  if (bound === null) return `${from.text} or more`;
  const to = roundParts(bound);
  return `${from.unit === to.unit ? from.number : from.text} to ${to.text}`;
});

/** "42 %"; a dash where there is nothing to be a part of. */
export const formatShare = (part, whole) => (whole > 0 ? `${Math.round((100 * part) / whole)} %` : NOTHING);

/** "1 pull request", "1,234 pull requests". */
export const counted = (number, one, many) => `${formatNumber(number)} ${number === 1 ? one : many}`;

/** Text that does not turn around what stands beside it, for where no element can do that. */
export const isolated = (text) => `\u2068${text}\u2069`;

/** At most so many characters. */
export function shortened(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
