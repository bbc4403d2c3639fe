// Preconditions. https://cloud.google.com/storage/docs/request-preconditions

import { Refusal } from '../google_proxy/answers.js';

export const conditionNotMet = () =>
  new Refusal(412, 'At least one of the pre-conditions you specified did not hold.');

/** `unmet` is thrown where a …NotMatch does not hold. */
export function checkConditions(query, current, unmet = conditionNotMet) {
  for (const [name, now] of [['Generation', current?.generation ?? '0'], ['Metageneration', current?.metageneration ?? '0']]) {
    const match = query.get(`if${name}Match`);
    if (match !== null && BigInt(match) !== BigInt(now)) throw conditionNotMet();
    const notMatch = query.get(`if${name}NotMatch`);
    if (notMatch !== null && !current) throw conditionNotMet();
    if (notMatch !== null && BigInt(notMatch) === BigInt(now)) throw unmet();
  }
}
