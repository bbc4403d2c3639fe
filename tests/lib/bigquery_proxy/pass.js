// Requests that the emulator answers, and its answers as Google would give them.

import { jsonAnswer } from '../google_proxy/answers.js';

// What the proxy does itself.
const DONE_HERE = ['fields', 'prettyPrint', 'alt', 'key', 'quotaUser', 'location', 'uploadType'];

const segment = encodeURIComponent;
export const projectPath = (projectId) => `/bigquery/v2/projects/${segment(projectId)}`;
export const datasetPath = ({ projectId, datasetId }) => `${projectPath(projectId)}/datasets/${segment(datasetId)}`;
export const tablePath = ({ tableId, ...dataset }) => `${datasetPath(dataset)}/tables/${segment(tableId)}`;

/** The query of a request that is passed on; `most` is how many results are to be given at most. */
export function passedQuery(query, most) {
  const passed = new URLSearchParams([...query].filter(([name]) => !DONE_HERE.includes(name)));
  if (most !== undefined) passed.set('maxResults', String(most));
  return passed.size > 0 ? `?${passed}` : '';
}

/** The emulator's answer as this proxy's; `change` may put another value into it. */
export function answerOf({ status, body }, change = (value) => value) {
  if (body.length === 0) return { status, headers: {}, body };
  const value = JSON.parse(body);
  return jsonAnswer(status, status < 300 ? change(value) : value);
}
